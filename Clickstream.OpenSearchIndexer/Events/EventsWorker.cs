using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer.Indexing;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>
/// Kafka to OpenSearch: sees to the indices, waits for the topic, and keeps a pipeline running until the host stops. A pipeline lives
/// as long as its client and its topic.
/// </summary>
sealed class EventsWorker(
    IndexSetup setup, SearchIndices indices, KafkaTopics topics, EventPipeline pipeline, KafkaOptions kafka, IndexerMetrics metrics,
    RunSummary summary, TimeProvider time, ILogger<EventsWorker> logger) : BackgroundService
{
    static readonly TimeSpan s_pauseBetweenLives = TimeSpan.FromSeconds(1);

    /// <summary>True while the indices are there and the group has given this member its partitions.</summary>
    public bool IsReady => pipeline.IsAssigned;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await IndexAsync(stoppingToken);
        }
        finally
        {
            summary.Log(logger);
        }
    }

    async Task IndexAsync(CancellationToken stoppingToken)
    {
        var made = await setup.EnsureAsync(stoppingToken);
        var isNew = made.Contains(indices.Events);
        KafkaTopic? last = null;
        StartOffsets? starts = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var topic = await topics.WaitUntilExistsAsync(kafka.Topic, stoppingToken);
            if (starts is null || topic.Id != last?.Id)
                starts = new(topic.Name, ignoreCommitted: isNew || last is not null, metrics, logger);
            last = topic;
            summary.Ready();
            try
            {
                await pipeline.RunAsync(topic, starts, stoppingToken);
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
}
