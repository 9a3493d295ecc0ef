using System.Diagnostics.Metrics;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer.Indexing;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>One life of the Kafka client and all that hangs on it: the poll thread, and the loops that have bulk requests under way.</summary>
sealed class EventPipeline(
    KafkaClients kafka, KafkaTopics topics, SearchIndices indices, OpenSearchClient client, OpenSearchRetry retry, BulkWriterFactory writers,
    BulkSize size, IndexerOptions options, IndexerMetrics metrics, RunSummary summary, TimeProvider time, ILogger<EventPipeline> logger)
{
    /// <summary>With the wait of a rebalance before it still less than the host's shutdown time, so that leaving the group fits in.</summary>
    static readonly TimeSpan s_settleLimitAtStop = TimeSpan.FromSeconds(8);

    static readonly TimeSpan s_notesLimitAtStop = TimeSpan.FromSeconds(2);

    PollLoop? _poll;

    /// <summary>True while the group has given this member its partitions.</summary>
    public bool IsAssigned => Volatile.Read(ref _poll) is { IsAssigned: true };

    /// <summary>True where <paramref name="e"/> says that the topic or the index is not what it was.</summary>
    public static bool IsChange(Exception e) => e is TopicChangedException or IndexChangedException;

    /// <summary>Indexes until <paramref name="stop"/>; what was read is settled before it returns, or read again by the next holder.</summary>
    /// <exception cref="KafkaException">The client failed for good; another life may do better.</exception>
    /// <exception cref="TopicChangedException">The topic is not <paramref name="topic"/> any more; another life must begin with what it is now.</exception>
    /// <exception cref="IndexChangedException">Likewise, the index.</exception>
    public async Task RunAsync(KafkaTopic topic, StartOffsets starts, CancellationToken stop)
    {
        using var group = new TaskGroup(stop);
        using var indexing = new CancellationTokenSource();
        using var queue = new BatchQueue(size, options);
        var topicWatch = new TopicWatch(topics, topic, time);
        var indexWatch = new IndexWatch(client, indices.Events, starts.Notes.Subject.IndexUuid, time);
        var poll = new PollLoop(kafka.EventConsumer(options.GroupId), topic.Name, queue, starts, LookAsync, options, summary, time, logger);
        logger.Indexing(topic.Name, topic.PartitionCount, indices.Events, options.GroupId);

        var watched = Task.WhenAll(group.RunAsync(topicWatch.RunAsync, group.Ending), group.RunAsync(indexWatch.RunAsync, group.Ending));
        var noted = group.RunAsync(starts.Notes.RunAsync, group.Ending);
        var reported = group.RunAsync(new ProgressReport(poll, time, logger).RunAsync, group.Ending);
        var indexed = Task.WhenAll(Enumerable.Range(0, options.MaxBulksInFlight).Select(_ => group.RunAsync(IndexAsync, indexing.Token)));
        metrics.LagSource = () => poll.Positions().Select(position => new Measurement<long>(position.End - position.Progress.Settled,
            new KeyValuePair<string, object?>("messaging.destination.partition.id", position.Progress.Partition)));
        Volatile.Write(ref _poll, poll);
        var isChanged = false;
        try
        {
            await Task.Factory.StartNew(() => poll.Run(group.Ending), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (stop.IsCancellationRequested)
                WaitUntilSettled(queue);
        }
        catch (Exception e) when (IsChange(e))
        {
            isChanged = true;
            throw;
        }
        finally
        {
            Volatile.Write(ref _poll, null);
            metrics.LagSource = static () => [];
            await indexing.CancelAsync();
            await group.EndAsync();
            await Task.WhenAll(indexed, watched, noted, reported).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            poll.Close(commits: !isChanged && !watched.IsFaulted);
            await WriteNotesAsync();
        }
        await Task.WhenAll(watched, indexed, noted, reported);

        // Before anything is read: what is committed must be of this topic, and what is noted of this index.
        async Task LookAsync(CancellationToken end)
        {
            await topicWatch.LookAsync(end);
            await retry.RunAsync(async token =>
            {
                await indexWatch.LookAsync(token);
                return true;
            }, end);
        }

        // Those of the last commits. Without them the next indexer indexes all of it once more, which is only slow.
        async Task WriteNotesAsync()
        {
            using var limit = new CancellationTokenSource(s_notesLimitAtStop, time);
            try
            {
                await starts.Notes.WriteAsync(limit.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ClickstreamException)
            {
                logger.NotesUnwritten(options.GroupId);
            }
        }

        async Task IndexAsync(CancellationToken end)
        {
            using var deadLetters = new DeadLetters(writers.Create(indices.DeadLetters), metrics, time);
            var loop = new IndexingLoop(queue, writers.Create(indices.Events), deadLetters, topic, summary, logger) { Settled = poll.NoteSettled };
            await loop.RunAsync(end);
        }
    }

    void WaitUntilSettled(BatchQueue queue)
    {
        if (queue.WaitUntilSettled(s_settleLimitAtStop))
            logger.Stopped();
        else
            logger.StoppedUnsettled();
    }
}
