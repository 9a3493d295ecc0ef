using System.Globalization;
using Clickstream.AppHost.Health;
using Clickstream.AppHost.Settings;

namespace Clickstream.AppHost.Model;

/// <summary>
/// Clickstream.Local as a resource. All its endpoints are proxy-less: a Kafka client goes on to the address that its broker names, so a
/// proxy before it would be left at once, and the ports are fixed anyway.
/// </summary>
sealed class EmbeddedInfrastructure
{
    EmbeddedInfrastructure(IResourceBuilder<ProjectResource> process, EmbeddedConnections connections) =>
        (Process, Connections) = (process, connections);

    public IResourceBuilder<ProjectResource> Process { get; }

    public EmbeddedConnections Connections { get; }

    public static EmbeddedInfrastructure Add(IDistributedApplicationBuilder builder, AppHostSettings settings)
    {
        var folder = Path.GetFullPath(settings.DataDirectory ?? ".clickstream", Path.Combine(builder.AppHostDirectory, ".."));
        var connections = new EmbeddedConnections(folder, settings.Ports);
        var checks = ServerChecks.For(connections.ToSettings());
        var process = builder.AddProject<Projects.Clickstream_Local>("infrastructure", static options => options.ExcludeLaunchProfile = true)
            .WithArgs("--data-dir", folder)
            .WithPart("kafka", settings.Ports.Kafka)
            .WithPart("postgresql", settings.Ports.PostgreSql)
            .WithPart("valkey", settings.Ports.Valkey)
            .WithServerCheck("kafka_embedded", checks, static server => server.Kafka())
            .WithServerCheck("postgresql_embedded", checks, static server => server.PostgreSql())
            .WithServerCheck("valkey_embedded", checks, static server => server.Valkey());
        if (settings.OpenSearch)
        {
            process.WithPart("opensearch", settings.Ports.OpenSearch)
                .WithServerCheck("opensearch_embedded", checks, static server => server.OpenSearch());
        }
        process.WithArgs("--parts", settings.OpenSearch ? "kafka,postgresql,valkey,opensearch" : "kafka,postgresql,valkey");
        return new(process, connections);
    }
}

static class EmbeddedParts
{
    public static IResourceBuilder<ProjectResource> WithPart(this IResourceBuilder<ProjectResource> process, string part, int port) => process
        .WithEndpoint(port: port, name: part, scheme: "tcp", isProxied: false)
        .WithArgs($"--{part}-port", port.ToString(CultureInfo.InvariantCulture));
}
