using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer.Indexing;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>
/// Kafka to OpenSearch: sees to the indices and the topic, and keeps a pipeline running until the host stops. A pipeline lives
/// as long as its client, its topic and its index.
/// </summary>
sealed class EventsWorker(
    IndexSetup setup, SearchIndices indices, OpenSearchClient client, OpenSearchRetry retry, KafkaTopics topics, EventPipeline pipeline,
    KafkaOptions kafka, IndexerOptions options, IndexerMetrics metrics, RunSummary summary, TimeProvider time, ILogger<EventsWorker> logger) : BackgroundService
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
        await setup.EnsureAsync(stoppingToken);
        // Only now, as the consumer does: a topic that is missing later was deleted, and whoever did that makes it anew.
        await topics.EnsureExistsAsync(kafka.Topic, kafka.Partitions, stoppingToken);
        StartOffsets? starts = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var topic = await topics.WaitUntilExistsAsync(kafka.Topic, stoppingToken);
            var uuid = await setup.IdentifyAsync(indices.Events, stoppingToken);
            if (starts?.Notes.Subject is not { } subject || subject.IndexUuid != uuid || subject.TopicId != topic.Id)
                starts = new(new(client, retry, indices.Notes, new(options.GroupId, topic.Name, topic.Id, uuid), time), metrics, logger);
            summary.Ready();
            try
            {
                await pipeline.RunAsync(topic, starts, stoppingToken);
            }
            catch (Exception e) when (EventPipeline.IsChange(e))
            {
                logger.StartsAnew(e.Message);
            }
            catch (KafkaException e)
            {
                // librdkafka does not recover from a fatal error; a new client does.
                logger.ClientFailed(e.Error.Reason);
            }
            await Task.Delay(s_pauseBetweenLives, time, stoppingToken);
            await setup.EnsureAsync(stoppingToken);
        }
    }
}
