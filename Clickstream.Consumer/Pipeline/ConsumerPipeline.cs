using System.Diagnostics.Metrics;
using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Consumer.Storage;
using Clickstream.Consumer.Telemetry;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Npgsql;

namespace Clickstream.Consumer.Pipeline;

/// <summary>One life of the Kafka client and all that hangs on it: the poll thread, the queue, and the storing loop.</summary>
sealed class ConsumerPipeline(
    KafkaClients kafka, NpgsqlDataSource database, ConsumerOptions options, SessionsOptions sessions,
    ConsumerMetrics metrics, RunSummary summary, TimeProvider time, ILogger<ConsumerPipeline> logger)
{
    /// <summary>Less than the host's shutdown time, so that leaving the group still fits in.</summary>
    static readonly TimeSpan s_storeLimitAtStop = TimeSpan.FromSeconds(12);

    /// <summary>Consumes until <paramref name="stop"/>; what was read is stored before it returns, or left for the next holder.</summary>
    /// <exception cref="KafkaException">The client failed for good; another life may do better.</exception>
    public async Task RunAsync(RegisteredTopic topic, CancellationToken stop)
    {
        // Ends either half when the other has failed.
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var storing = new CancellationTokenSource();

        var queue = new BatchQueue(options.MaxBatchSize);
        var loader = new LaneLoader(database, sessions);
        var offsets = new OffsetRows(database, time, logger);
        await using var store = new BatchStore(database, offsets);
        var lanes = new LaneTable(topic, loader, new LostRanges(database, offsets), metrics, time, logger, failed.Token);
        var poll = new PollLoop(CreateBuilder(), topic, queue, lanes, options, summary, time, logger);
        var storingLoop = new StoringLoop(queue, store, new BatchPlan(options, sessions), loader, topic, metrics, summary, time, logger)
        {
            Stored = parts =>
            {
                foreach (var part in parts)
                    poll.NoteStored(part.Lane.Partition, part.NextOffset);
            },
            MustReposition = poll.Reposition,
        };

        logger.Consuming(topic.Name, topic.PartitionCount, options.GroupId);
        var stored = StoreAsync();
        metrics.LagSource = () => poll.Lags().Select(lag => new Measurement<long>(lag.Lag, new KeyValuePair<string, object?>("messaging.destination.partition.id", lag.Partition)));
        try
        {
            await Task.Factory.StartNew(() => poll.Run(failed.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (!stored.IsCompleted)
                WaitUntilStored(queue);
        }
        finally
        {
            metrics.LagSource = static () => [];
            await storing.CancelAsync();
            await stored.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            poll.Close();
        }
        await stored;

        async Task StoreAsync()
        {
            try
            {
                await storingLoop.RunAsync(storing.Token);
            }
            catch (OperationCanceledException) when (storing.IsCancellationRequested)
            {
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
        }
    }

    void WaitUntilStored(BatchQueue queue)
    {
        if (queue.WaitUntilStored(s_storeLimitAtStop))
            logger.Stopped();
        else
            logger.StoppedWithUnstored();
    }

    ConsumerBuilder<Ignore, ParsedValue> CreateBuilder() =>
        new ConsumerBuilder<Ignore, ParsedValue>(new ConsumerConfig(kafka.Consumer(options.GroupId))
        {
            // Offsets live in PostgreSQL; the group's, committed now and then, are for lag tools.
            EnableAutoCommit = true,
            AutoCommitIntervalMs = 1000,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            SessionTimeoutMs = 10_000,
            HeartbeatIntervalMs = 3_000,
            // A bounded read-ahead, refilled at once: the default back-off of a full queue is a second.
            QueuedMaxMessagesKbytes = 16 * 1024,
            FetchQueueBackoffMs = 5,
            ConsumeResultFields = "timestamp",
        }).SetLogHandler(kafka.OnLog).SetErrorHandler(kafka.OnError);
}
