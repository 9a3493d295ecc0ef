using System.Diagnostics.Metrics;
using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Consumer.Storage;
using Clickstream.Consumer.Strays;
using Clickstream.Consumer.Telemetry;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Npgsql;

namespace Clickstream.Consumer.Pipeline;

/// <summary>One life of the Kafka client and all that hangs on it: the poll thread, and the storing loops, each with a queue and a connection.</summary>
sealed class ConsumerPipeline(
    KafkaClients kafka, KafkaTopics topics, NpgsqlDataSource database, ConsumerOptions options, SessionsOptions sessions,
    ConsumerMetrics metrics, RunSummary summary, TimeProvider time, ILogger<ConsumerPipeline> logger)
{
    /// <summary>With the wait of a rebalance before it still less than the host's shutdown time, so that leaving the group fits in.</summary>
    static readonly TimeSpan s_storeLimitAtStop = TimeSpan.FromSeconds(10);

    PollLoop? _poll;

    /// <summary>True while the group has given this member its partitions, be they none.</summary>
    public bool IsAssigned => Volatile.Read(ref _poll) is { IsAssigned: true };

    /// <summary>Consumes until <paramref name="stop"/>; what was read is stored before it returns, or left for the next holder.</summary>
    /// <exception cref="KafkaException">The client failed for good; another life may do better.</exception>
    /// <exception cref="TopicChangedException">The topic is not <paramref name="topic"/> any more; another life must begin with what it is now.</exception>
    public async Task RunAsync(RegisteredTopic topic, CancellationToken stop)
    {
        using var group = new TaskGroup(stop);
        using var storing = new CancellationTokenSource();

        var queues = new BatchQueues(Math.Min(options.Connections, topic.PartitionCount), options.MaxBatchSize);
        var loader = new LaneLoader(database, sessions);
        var offsets = new OffsetRows(database, time, logger);
        using var forwarder = new StrayForwarder(kafka, topic, metrics, time, logger);
        var watch = new TopicWatch(topics, new KafkaTopic(topic.Id, topic.Name, topic.PartitionCount), time);
        var lanes = new LaneTable(topic, watch, loader, new LostRanges(database, offsets), metrics, time, logger, group.Ending);
        var poll = new PollLoop(kafka.EventConsumer(options.GroupId), topic, queues, lanes, options, summary, time, logger);
        logger.Consuming(topic.Name, topic.PartitionCount, options.GroupId);
        var watched = group.RunAsync(watch.RunAsync, group.Ending);
        var stored = Task.WhenAll(queues.All.Select(queue => group.RunAsync(end => StoreAsync(queue, end), storing.Token)));
        Volatile.Write(ref _poll, poll);
        metrics.LagSource = () => poll.Lags().Select(lag => new Measurement<long>(lag.Lag, new KeyValuePair<string, object?>("messaging.destination.partition.id", lag.Partition)));
        try
        {
            await Task.Factory.StartNew(() => poll.Run(group.Ending), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (stop.IsCancellationRequested)
                WaitUntilStored(queues);
        }
        finally
        {
            Volatile.Write(ref _poll, null);
            metrics.LagSource = static () => [];
            await storing.CancelAsync();
            await stored.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            poll.Close();
            await group.EndAsync();
            await watched.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await stored;
        await watched;

        async Task StoreAsync(BatchQueue queue, CancellationToken end)
        {
            await using var store = new BatchStore(database, offsets);
            var loop = new StoringLoop(queue, store, new BatchPlan(options, sessions), loader, forwarder, topic, options.GroupId, metrics, summary, time, logger)
            {
                Stored = parts =>
                {
                    foreach (var part in parts)
                        poll.NoteStored(part.Lane.Partition, part.NextOffset);
                },
                MustReposition = poll.Reposition,
            };
            await loop.RunAsync(end);
        }
    }

    void WaitUntilStored(BatchQueues queues)
    {
        if (queues.WaitUntilStored(s_storeLimitAtStop))
            logger.Stopped();
        else
            logger.StoppedWithUnstored();
    }
}
