using Clickstream.Consumer.Lanes;
using Clickstream.Consumer.Pipeline;
using Clickstream.Consumer.Schema;
using Clickstream.Consumer.Storage;
using Clickstream.Consumer.Telemetry;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Consumer;

/// <summary>
/// Kafka to PostgreSQL, exactly once: migrates the schema, sees to the topic, and keeps a pipeline running until the host stops.
/// </summary>
sealed class ConsumerWorker(
    SchemaMigrator schema, KafkaTopics topics, TopicRegistry registry, ConsumerPipeline pipeline,
    KafkaOptions kafka, PostgresOptions postgres, RunSummary summary, TimeProvider time, ILogger<ConsumerWorker> logger) : BackgroundService
{
    static readonly TimeSpan s_pauseBetweenLives = TimeSpan.FromSeconds(1);
    readonly DatabaseRetry _retry = new(time, logger);

    /// <summary>True once the schema and the topic are there and the pipeline runs.</summary>
    public bool IsReady { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ConsumeAsync(stoppingToken);
        }
        finally
        {
            summary.Log(logger);
        }
    }

    async Task ConsumeAsync(CancellationToken stoppingToken)
    {
        var migrations = await _retry.RunAsync(schema.MigrateAsync, stoppingToken);
        if (migrations.Count > 0)
            logger.Migrated(postgres.Schema, string.Join(' ', migrations));

        while (!stoppingToken.IsCancellationRequested)
        {
            var topic = await topics.EnsureExistsAsync(kafka.Topic, kafka.Partitions, stoppingToken);
            var registered = await _retry.RunAsync(token => registry.RegisterAsync(topic.Name, topic.Id, topic.PartitionCount, token), stoppingToken);
            IsReady = true;
            summary.Ready();
            try
            {
                await pipeline.RunAsync(registered, stoppingToken);
            }
            catch (KafkaException e) when (!stoppingToken.IsCancellationRequested)
            {
                // librdkafka does not recover from a fatal error; a new client does.
                logger.ClientFailed(e.Error.Reason);
                await Task.Delay(s_pauseBetweenLives, time, stoppingToken);
            }
        }
    }
}
