using Clickstream.Consumer;
using Clickstream.Consumer.Lanes;
using Clickstream.Consumer.Pipeline;
using Clickstream.Consumer.Schema;
using Clickstream.Consumer.Telemetry;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;

return await ServiceProgram.RunAsync(args, "clickstream-consumer", builder =>
{
    builder.AddKafka();
    builder.AddPostgres();
    builder.AddSettings(ConsumerOptions.Read);
    builder.AddSettings(SessionsOptions.Read);
    builder.Services.AddSingleton<ConsumerMetrics>();
    builder.Services.AddSingleton<RunSummary>();
    builder.Services.AddSingleton<SchemaMigrator>();
    builder.Services.AddSingleton<TopicRegistry>();
    builder.Services.AddSingleton<ConsumerPipeline>();
    builder.Services.AddSingleton<ConsumerWorker>();
    builder.Services.AddHostedService(services => services.GetRequiredService<ConsumerWorker>());
    builder.Services.AddHealthChecks().AddCheck<ConsumerHealthCheck>("consumer");
});
