using System.Collections.Concurrent;
using Clickstream.OpenSearchIndexer.Telemetry;
using Confluent.Kafka;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>
/// From where partitions are read: the committed offset, if the log has it; else the log's start, and never in silence where that
/// passes over something. Where nothing of the topic can be in the index, because the topic or the index was just made, what was
/// committed before says nothing.
/// </summary>
sealed class StartOffsets(string topic, bool ignoreCommitted, IndexerMetrics metrics, ILogger logger)
{
    static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Spread over a second or more: brokers may be behind each other.</summary>
    const int LooksBeyondTheEnd = 5;

    readonly ConcurrentDictionary<int, bool> _committedSince = [];

    /// <summary>An offset of the partition was committed by this process: it counts from now on.</summary>
    public void NoteCommitted(int partition) => _committedSince.TryAdd(partition, true);

    /// <summary>Finds the start of each partition, on the poll thread, which is why its waits are blocking ones.</summary>
    public List<PartitionProgress> Find<TKey, TValue>(IConsumer<TKey, TValue> consumer, IEnumerable<TopicPartition> partitions, CancellationToken stop)
    {
        var committed = Ask(() => consumer.Committed(partitions, s_timeout), stop);
        return committed.ConvertAll(offset =>
        {
            var counts = offset.Offset != Offset.Unset && (!ignoreCommitted || _committedSince.ContainsKey(offset.Partition));
            return Find(consumer, offset.TopicPartition, counts ? offset.Offset.Value : null, stop);
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
            logger.RangeLost(topic, partition.Partition, wanted.Value, start);
            metrics.Skipped(start - wanted.Value);
        }
        else if (wanted > log.High.Value)
        {
            logger.BeyondTheEnd(topic, partition.Partition, wanted.Value, log.High.Value, start);
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
                logger.ConsumeError($"{topic}: {e.Error.Reason}; retrying");
                stop.WaitHandle.WaitOne(s_pause);
            }
        }
    }
}
