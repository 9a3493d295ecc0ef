using Clickstream.AppHost.Model;
using Clickstream.AppHost.Settings;
using Clickstream.Core.Errors;

try
{
    var builder = DistributedApplication.CreateBuilder(args);
    var settings = AppHostSettings.Read(builder.Configuration);

    // What the services need: the same names, whatever stands behind them.
    var kafka = new KafkaServer(builder);
    var database = new PostgresServer(builder);
    // No service uses it yet: it is there to be looked at, and is not published.
    var valkey = builder.ExecutionContext.IsRunMode ? new ValkeyServer(builder) : null;
    var search = settings.OpenSearch ? new SearchServer(builder) : null;

    switch (settings.Mode)
    {
        case InfrastructureMode.Containers:
            kafka.RunAsContainer();
            database.RunAsContainer();
            valkey?.RunAsContainer();
            search?.RunAsContainer();
            break;

        case InfrastructureMode.Aiven:
            var aiven = AivenProject.Read(builder, settings);
            kafka.RunOnAiven(aiven);
            database.RunOnAiven(aiven);
            valkey?.RunOnAiven(aiven);
            search?.RunOnAiven(aiven);
            break;

        // What is published runs elsewhere, on servers that whoever deploys it names.
        case InfrastructureMode.Embedded when builder.ExecutionContext.IsPublishMode:
            kafka.RunElsewhere();
            database.RunElsewhere();
            search?.RunElsewhere();
            break;

        default:
            var local = EmbeddedInfrastructure.Add(builder, settings);
            kafka.RunEmbedded(local);
            database.RunEmbedded(local);
            valkey?.RunEmbedded(local);
            search?.RunEmbedded(local);
            break;
    }

    // Tables and topic first. A published consumer sees to them itself: nothing there waits for a step that ends.
    var schema = builder.ExecutionContext.IsRunMode
        ? builder.AddService<Projects.Clickstream_Consumer>("schema").WithServer(kafka).WithServer(database).AsSchemaStep()
        : null;

    var consumer = builder.AddService<Projects.Clickstream_Consumer>("consumer")
        .WithServer(kafka)
        .WithServer(database)
        .WaitForStep(schema)
        .WithHealthEndpoint()
        .WithReplicasEverywhere(settings.Consumers);

    var indexer = search is null ? null : builder.AddService<Projects.Clickstream_OpenSearchIndexer>("indexer")
        .WithServer(kafka)
        .WithServer(database)
        .WithServer(search)
        .WithEnvironment("OpenSearch__Enabled", "true")
        .WaitForStep(schema)
        .WithHealthEndpoint();

    builder.AddService<Projects.Clickstream_Producer>("producer")
        .WithServer(kafka)
        .WaitForStep(schema)
        .WithHealthEndpoint()
        .WithProducerCommands();

    database.WithDataCommands(kafka, search, indexer is null ? [consumer] : [consumer, indexer]);

    // Its dashboard would be in azd's manifest as well, and open to everybody.
    builder.AddDockerComposeEnvironment("compose").WithDashboard(false).ExcludeFromManifest();

    builder.Build().Run();
    return (int)ExitCode.Success;
}
catch (ClickstreamException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return (int)e.ExitCode;
}
