using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer;
using Clickstream.OpenSearchIndexer.Events;
using Clickstream.OpenSearchIndexer.Indexing;
using Clickstream.OpenSearchIndexer.Sessions;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;

return await ServiceProgram.RunAsync(args, "clickstream-opensearch-indexer", builder =>
{
    if (!builder.AddSettings(OpenSearchOptions.Read).Enabled)
    {
        builder.Services.AddHostedService<SwitchedOff>();
        return;
    }
    builder.AddKafka();
    builder.AddOpenSearch();
    builder.Services.AddSingleton<IndexerMetrics>();
    builder.Services.AddSingleton<RunSummary>();
    builder.Services.AddSingleton<BulkSize>();
    builder.Services.AddSingleton<IndexSetup>();
    builder.Services.AddSingleton<BulkWriterFactory>();
    builder.Services.AddSingleton<EventPipeline>();
    builder.Services.AddSingleton<EventsWorker>();
    builder.Services.AddHostedService(services => services.GetRequiredService<EventsWorker>());
    builder.Services.AddHealthChecks().AddCheck<IndexerHealthCheck>("indexer");
    if (builder.AddSettings(IndexerOptions.Read).Sessions)
    {
        builder.AddPostgres();
        builder.Services.AddHostedService<SessionsWorker>();
    }
});
