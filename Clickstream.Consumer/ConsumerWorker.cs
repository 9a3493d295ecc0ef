using Clickstream.Consumer.Lanes;
using Clickstream.Consumer.Pipeline;
using Clickstream.Consumer.Schema;
using Clickstream.Consumer.Telemetry;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Consumer;

/// <summary>
/// Kafka to PostgreSQL, exactly once: migrates the schema, sees to the topic, and keeps a pipeline running until the host stops. A
/// pipeline lives as long as its client and its topic; then the topic is registered as it is now, and another one lives.
/// </summary>
sealed class ConsumerWorker(
    SchemaMigrator schema, KafkaTopics topics, TopicRegistry registry, ConsumerPipeline pipeline,
    ConsumerOptions options, KafkaOptions kafka, PostgresOptions postgres, RunSummary summary, ServiceExit exit, TimeProvider time,
    ILogger<ConsumerWorker> logger) : BackgroundService
{
    static readonly TimeSpan s_pauseBetweenLives = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_pauseBetweenQuestions = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(5);

    readonly DatabaseRetry _retry = new(time, logger);

    /// <summary>True while the schema and the topic are there and the group has given this member its partitions.</summary>
    public bool IsReady => pipeline.IsAssigned;

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

        // Only now: a topic that is missing later was deleted, and whoever did that makes it anew, with the partitions he wants.
        await topics.EnsureExistsAsync(kafka.Topic, kafka.Partitions, stoppingToken);
        if (options.SchemaOnly)
        {
            exit.Stop();
            return;
        }
        while (!stoppingToken.IsCancellationRequested)
        {
            var topic = await RegisterAsync(stoppingToken);
            summary.Ready();
            try
            {
                await pipeline.RunAsync(topic, stoppingToken);
            }
            catch (TopicChangedException e)
            {
                logger.TopicChanged(e.Message);
            }
            catch (KafkaException e)
            {
                // librdkafka does not recover from a fatal error; a new client does.
                logger.ClientFailed(e.Error.Reason);
            }
            await Task.Delay(s_pauseBetweenLives, time, stoppingToken);
        }
    }

    /// <summary>Registers the topic as it is now, as soon as there is one and Kafka's answer is not older than what is registered.</summary>
    async Task<RegisteredTopic> RegisterAsync(CancellationToken cancellationToken)
    {
        var lastReport = time.GetTimestamp();
        while (true)
        {
            var topic = await topics.WaitUntilExistsAsync(kafka.Topic, cancellationToken);
            if (await _retry.RunAsync(token => registry.RegisterAsync(topic, token), cancellationToken) is { } registered)
                return registered;
            if (time.GetElapsedTime(lastReport) >= s_reportInterval)
            {
                lastReport = time.GetTimestamp();
                logger.MetadataBehind(topic.Name, topic.Id, topic.PartitionCount);
            }
            await Task.Delay(s_pauseBetweenQuestions, time, cancellationToken);
        }
    }
}
