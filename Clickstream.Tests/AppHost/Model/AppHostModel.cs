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
    /// <summary>Of the servers in containers.</summary>
    public const string Password = "not-for-publishing";

    const int FirstPort = 20_000;

    /// <summary>What Aspire gives to every project, whatever the application says of it.</summary>
    static readonly HashSet<string> s_fromAspire =
    [
        "ASPNETCORE_URLS", "DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", "LOGGING__CONSOLE__FORMATTERNAME",
        "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_METRICS_EXEMPLAR_FILTER", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_SERVICE_NAME", "OTEL_TRACES_SAMPLER",
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION",
        "OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY",
    ];

    /// <summary>The same, where it is published.</summary>
    static readonly HashSet<string> s_fromAspirePublished = ["ASPNETCORE_FORWARDEDHEADERS_ENABLED", "HTTP_PORTS", "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"];

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

    /// <summary>All that a resource is given, but for what Aspire gives to every project.</summary>
    public async Task<Dictionary<string, string>> EnvironmentAsync(string name)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(this[name]).WithEnvironmentVariablesConfig()
            .BuildAsync(new DistributedApplicationExecutionContext(_operation), NullLogger.Instance, TestContext.Current.CancellationToken);
        Assert.Null(configuration.Exception);
        var fromAspire = _operation == DistributedApplicationOperation.Run ? s_fromAspire : s_fromAspirePublished;
        return configuration.EnvironmentVariables.Where(variable => !fromAspire.Contains(variable.Key)).ToDictionary(static variable => variable.Key, static variable => variable.Value);
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

    /// <summary>A command of a resource on the dashboard.</summary>
    public ResourceCommandAnnotation Command(string resource, string name) =>
        this[resource].Annotations.OfType<ResourceCommandAnnotation>().Single(command => command.Name == name);

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
            [
                $"--Clickstream:Mode={mode}", "--environment=Development",
                // Otherwise Aspire would make them up, and keep them among the user's secrets.
                $"--Parameters:postgres-password={Password}", $"--Parameters:valkey-password={Password}", .. args,
            ],
            TestContext.Current.CancellationToken),
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
}
