using Clickstream.AppHost.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Clickstream.AppHost.Model;

/// <summary>
/// A server as the services see it: a connection string of a fixed name, the settings that go with it, and what they wait for. The verbs
/// <c>RunAsContainer</c>, <c>RunOnAiven</c>, <c>RunEmbedded</c> and <c>RunElsewhere</c> say what stands behind it; one of them is called.
/// </summary>
/// <param name="builder">The application's.</param>
/// <param name="name">Of the connection string and of the resource that has it.</param>
abstract class Server(IDistributedApplicationBuilder builder, string name)
{
    readonly List<IResourceBuilder<IResource>> _awaited = [];
    readonly List<(string Variable, string Text)> _settings = [];
    readonly List<(string Variable, IResourceBuilder<ParameterResource> Secret)> _secrets = [];
    IResourceBuilder<IResourceWithConnectionString>? _connection;

    /// <summary>The resource with the connection string.</summary>
    public IResourceBuilder<IResourceWithConnectionString> Connection =>
        _connection ?? throw new InvalidOperationException($"nothing stands behind {name} yet");

    protected IDistributedApplicationBuilder Builder => builder;

    protected string Name => name;

    /// <summary>The connection string is an input of whoever deploys what is published.</summary>
    public void RunElsewhere() => Use(builder.AddConnectionString(name));

    /// <summary>Gives a service all that it needs to use this server, when it can be used.</summary>
    public void GiveTo(IResourceBuilder<ProjectResource> service)
    {
        service.WithReference(Connection, name);
        foreach (var (variable, text) in _settings)
            service.WithEnvironment(variable, text);
        foreach (var (variable, secret) in _secrets)
            service.WithEnvironment(variable, secret);
        foreach (var awaited in _awaited)
            service.WaitFor(awaited);
    }

    /// <summary>The same for a process that is no resource: the variables with their values, which are secrets.</summary>
    public async Task<Dictionary<string, string?>> ReadEnvironmentAsync(CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string?>
        {
            [$"ConnectionStrings__{name}"] = await Connection.Resource.GetConnectionStringAsync(cancellationToken),
        };
        foreach (var (variable, text) in _settings)
            environment[variable] = text;
        foreach (var (variable, secret) in _secrets)
            environment[variable] = await secret.Resource.GetValueAsync(cancellationToken);
        return environment;
    }

    /// <summary>Says what stands behind it, and what else a service waits for.</summary>
    protected void Use(IResourceBuilder<IResourceWithConnectionString> connection, params IResourceBuilder<IResource>[] awaited)
    {
        _connection = connection;
        _awaited.AddRange([connection, .. awaited]);
    }

    /// <summary>A server that Terraform has made: its connection string with secrets as parameters, and a check that uses it.</summary>
    protected void UseAiven(AivenProject aiven, ReferenceExpression connectionString, Func<ServerChecks, IHealthCheck> check)
    {
        var connection = builder.AddConnectionString(name, connectionString);
        Use(connection.WithServerCheck($"{name}_aiven", aiven.Checks, check));
    }

    /// <summary>A server in the embedded infrastructure.</summary>
    protected void UseEmbedded(EmbeddedInfrastructure local)
    {
        var text = local.Connections.Of(name);
        var connection = builder.AddConnectionString(name, ReferenceExpression.Create($"{text}")).WithParentRelationship(local.Process);
        Use(connection, local.Process);
    }

    protected void WithSetting(string variable, string text) => _settings.Add((variable, text));

    protected void WithSecret(string variable, IResourceBuilder<ParameterResource> secret) => _secrets.Add((variable, secret));
}
