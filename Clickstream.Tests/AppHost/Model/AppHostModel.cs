using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Terraform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.AppHost.Model;

/// <summary>
/// The AppHost's model, made by its own program and never started: neither containers nor Aspire's orchestrator are needed. Endpoints,
/// which would get their addresses at the start, get some here.
/// </summary>
sealed class AppHostModel : IAsyncDisposable
{
    const int FirstPort = 20_000;

    readonly IDistributedApplicationTestingBuilder _builder;
    readonly DistributedApplicationOperation _operation;

    AppHostModel(IDistributedApplicationTestingBuilder builder, DistributedApplicationOperation operation) =>
        (_builder, _operation) = (builder, operation);

    public IResourceCollection Resources => _builder.Resources;

    public IResource this[string name] => Resources.Single(resource => resource.Name == name);

    public static async Task<AppHostModel> RunAsync(string mode, params string[] args)
    {
        var model = await CreateAsync(DistributedApplicationOperation.Run, mode, args);
        model.AllocateEndpoints();
        return model;
    }

    /// <summary>As it is when it is published.</summary>
    public static Task<AppHostModel> PublishAsync(string mode, params string[] args) =>
        CreateAsync(DistributedApplicationOperation.Publish, mode, ["--operation", "publish", "--step", "publish", .. args]);

    /// <summary>What a resource is given, without what Aspire gives to all.</summary>
    public async Task<Dictionary<string, string>> EnvironmentAsync(string name)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(this[name]).WithEnvironmentVariablesConfig()
            .BuildAsync(new DistributedApplicationExecutionContext(_operation), NullLogger.Instance, TestContext.Current.CancellationToken);
        Assert.Null(configuration.Exception);
        return configuration.EnvironmentVariables
            .Where(static variable => IsOurs(variable.Key)).ToDictionary(static variable => variable.Key, static variable => variable.Value);
    }

    public async Task<string[]> ArgumentsAsync(string name)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(this[name]).WithArgumentsConfig()
            .BuildAsync(new DistributedApplicationExecutionContext(_operation), NullLogger.Instance, TestContext.Current.CancellationToken);
        Assert.Null(configuration.Exception);
        return [.. configuration.Arguments.Select(static argument => argument.Value)];
    }

    public string[] WaitsFor(string name, WaitType type) =>
        [.. this[name].Annotations.OfType<WaitAnnotation>().Where(wait => wait.WaitType == type).Select(static wait => wait.Resource.Name).Distinct().Order()];

    public string[] Commands(string name) =>
        [.. this[name].Annotations.OfType<ResourceCommandAnnotation>().Select(static command => command.Name).Order()];

    public ValueTask DisposeAsync() => _builder.DisposeAsync();

    /// <summary>A file of Terraform's outputs.</summary>
    public static string WriteOutputs(TempFolder folder, TestAuthority authority)
    {
        var file = folder.File("outputs.json");
        File.WriteAllText(file, new OutputSet(authority).WithOpenSearch().ToJson());
        return file;
    }

    static async Task<AppHostModel> CreateAsync(DistributedApplicationOperation operation, string mode, string[] args) => new(
        await DistributedApplicationTestingBuilder.CreateAsync<Projects.Clickstream_AppHost>(
            [$"--Clickstream:Mode={mode}", "--environment=Development", .. args], TestContext.Current.CancellationToken),
        operation);

    void AllocateEndpoints()
    {
        var port = FirstPort;
        foreach (var resource in Resources.OfType<IResourceWithEndpoints>())
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", endpoint.Port ?? port++,
                    targetPortExpression: $"{endpoint.TargetPort ?? port++}");
            }
        }
    }

    static bool IsOurs(string variable) =>
        ((string[])["ConnectionStrings__", "Kafka__", "Postgres__", "OpenSearch__", "Valkey__", "Consumer__", "Producer__", "KAFKA_", "CLICKSTREAM_"])
        .Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));
}
