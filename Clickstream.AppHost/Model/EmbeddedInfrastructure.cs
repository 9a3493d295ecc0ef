using System.Globalization;
using Clickstream.AppHost.Health;
using Clickstream.AppHost.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Clickstream.AppHost.Model;

/// <summary>
/// Clickstream.Local as a resource. All its endpoints are proxy-less: a Kafka client goes on to the address that its broker names, so a
/// proxy before it would be left at once, and the ports are fixed anyway.
/// </summary>
sealed class EmbeddedInfrastructure
{
    readonly ServerChecks _checks;

    EmbeddedInfrastructure(IResourceBuilder<ProjectResource> process, EmbeddedConnections connections)
    {
        (Process, Connections) = (process, connections);
        _checks = ServerChecks.For(connections.ToSettings());
    }

    public IResourceBuilder<ProjectResource> Process { get; }

    public EmbeddedConnections Connections { get; }

    public static EmbeddedInfrastructure Add(IDistributedApplicationBuilder builder, AppHostSettings settings)
    {
        var folder = settings.DataFolder(builder.AppHostDirectory);
        var process = builder.AddProject<Projects.Clickstream_Local>("infrastructure", static options => options.ExcludeLaunchProfile = true)
            .WithArgs("--data-dir", folder);
        var local = new EmbeddedInfrastructure(process, new(folder, settings.Ports));
        local.AddPart("kafka", settings.Ports.Kafka, static checks => checks.Kafka());
        local.AddPart("postgresql", settings.Ports.PostgreSql, static checks => checks.PostgreSql());
        local.AddPart("valkey", settings.Ports.Valkey, static checks => checks.Valkey());
        if (settings.OpenSearch)
            local.AddPart("opensearch", settings.Ports.OpenSearch, static checks => checks.OpenSearch());
        process.WithArgs("--parts", settings.OpenSearch ? "kafka,postgresql,valkey,opensearch" : "kafka,postgresql,valkey");
        return local;
    }

    void AddPart(string part, int port, Func<ServerChecks, IHealthCheck> check) => Process
        .WithEndpoint(port: port, name: part, scheme: "tcp", isProxied: false)
        .WithArgs($"--{part}-port", port.ToString(CultureInfo.InvariantCulture))
        .WithServerCheck($"{part}_embedded", _checks, check);
}
