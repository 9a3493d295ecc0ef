using Clickstream.OpenSearchIndexer.Telemetry;
using Confluent.Kafka;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>
/// From where partitions are read: the committed offset, if it speaks of the index and the topic that are there now, and the log has it;
/// else the log's start, and never in silence where that passes over something.
/// </summary>
sealed class StartOffsets(CommitNotes notes, IndexerMetrics metrics, ILogger logger)
{
    static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Spread over a second or more: brokers may be behind each other.</summary>
    const int LooksBeyondTheEnd = 5;

    readonly string _topic = notes.Subject.Topic;

    // By partition, as of its last going.
    readonly Dictionary<int, long> _settled = [];

    /// <summary>For which of the committed offsets count.</summary>
    public CommitNotes Notes => notes;

    /// <summary>A partition goes, settled so far: should it come back before anything of it was committed, it is read from there.</summary>
    public void Left(PartitionProgress progress) => _settled[progress.Partition] = progress.Settled;

    /// <summary>Finds the start of each partition, on the poll thread, which is why its waits are blocking ones.</summary>
    public List<PartitionProgress> Find<TKey, TValue>(IConsumer<TKey, TValue> consumer, List<TopicPartition> partitions, CancellationToken stop)
    {
        // Before the offsets are: a note that comes later may be of an offset that is committed later.
        var counting = notes.FindAsync(partitions.Select(static partition => partition.Partition.Value), stop).GetAwaiter().GetResult();
        var committed = Ask(() => consumer.Committed(partitions, s_timeout), stop);
        return committed.ConvertAll(offset =>
        {
            long? wanted = counting.Contains(offset.Partition) && offset.Offset != Offset.Unset
                ? offset.Offset.Value
                : _settled.TryGetValue(offset.Partition, out var settled) ? settled : null;
            return Find(consumer, offset.TopicPartition, wanted, stop);
        });
    }

    /// <summary>Finds from where to read a partition that was to be read from <paramref name="wanted"/>; null means the log's start.</summary>
    public PartitionProgress Find<TKey, TValue>(IConsumer<TKey, TValue> consumer, TopicPartition partition, long? wanted, CancellationToken stop)
    {
        var log = Ask(() => consumer.QueryWatermarkOffsets(partition, s_timeout), stop);
        for (var look = 0; wanted > log.High.Value && look < LooksBeyondTheEnd; look++)
        {
            stop.WaitHandle.WaitOne(s_pause);
            log = Ask(() => consumer.QueryWatermarkOffsets(partition, s_timeout), stop);
        }
        var start = log.Low.Value;
        if (wanted < start)
        {
            logger.RangeLost(_topic, partition.Partition, wanted.Value, start);
            metrics.Skipped(start - wanted.Value);
        }
        else if (wanted > log.High.Value)
        {
            logger.BeyondTheEnd(_topic, partition.Partition, wanted.Value, log.High.Value, start);
        }
        else if (wanted is not null)
        {
            start = wanted.Value;
        }
        return new(partition.Partition, log.Low.Value, start);
    }

    T Ask<T>(Func<T> ask, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                return ask();
            }
            catch (KafkaException e) when (!e.Error.IsFatal)
            {
                logger.ConsumeError($"{_topic}: {e.Error.Reason}; retrying");
                stop.WaitHandle.WaitOne(s_pause);
            }
        }
    }
}
