using Clickstream.Consumer.Lanes;
using Clickstream.Consumer.Storage;
using Clickstream.Consumer.Telemetry;
using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Consumer.Pipeline;

/// <summary>
/// The lanes of the partitions that are assigned to this process now. Opening one reads its state from PostgreSQL and says from
/// which offset to read; all on the poll thread, which is why its waits are blocking ones.
/// </summary>
sealed class LaneTable(
    RegisteredTopic topic, TopicWatch watch, LaneLoader loader, LostRanges lostRanges, ConsumerMetrics metrics, TimeProvider time, ILogger logger, CancellationToken stop)
{
    static readonly TimeSpan s_watermarkTimeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Spread over a second or more: the brokers of a cluster hear one after the other that a topic was made anew.</summary>
    const int LooksAboveTheEnd = 5;
    readonly Lane?[] _lanes = new Lane?[topic.PartitionCount];
    readonly DatabaseRetry _retry = new(time, logger);

    /// <summary>The open lane of a partition; null where it is not ours.</summary>
    public Lane? this[int partition] => partition < _lanes.Length ? _lanes[partition] : null;

    public IEnumerable<Lane> Open => _lanes.OfType<Lane>();

    /// <summary>Opens lanes, replacing those that are open for the same partitions.</summary>
    /// <returns>From where to read each.</returns>
    /// <exception cref="TopicChangedException">The topic is not as it was registered.</exception>
    public List<TopicPartitionOffset> OpenLanes<TKey, TValue>(IConsumer<TKey, TValue> consumer, IReadOnlyCollection<int> partitions)
    {
        if (partitions.FirstOrDefault(partition => partition >= _lanes.Length) is > 0 and var beyond)
        {
            throw new TopicChangedException($"topic {topic.Name} has a partition {beyond} now, of {topic.PartitionCount} partitions before");
        }
        var states = LoadAsync(partitions).GetAwaiter().GetResult();
        var positions = new List<TopicPartitionOffset>(partitions.Count);
        foreach (var state in states)
        {
            var lane = new Lane(state.Partition);
            lane.Restore(state);
            _lanes[state.Partition]?.Close();
            _lanes[state.Partition] = lane;
            positions.Add(new TopicPartitionOffset(topic.Name, state.Partition, StartOf(consumer, lane)));
        }
        return positions;
    }

    public void CloseLanes(IEnumerable<int> partitions)
    {
        foreach (var partition in partitions)
        {
            if (this[partition] is not { } lane)
                continue;
            lane.Close();
            _lanes[partition] = null;
        }
    }

    async Task<IReadOnlyList<LaneState>> LoadAsync(IReadOnlyCollection<int> partitions)
    {
        var states = await _retry.RunAsync(token => loader.LoadAsync(topic, [.. partitions], token), stop);
        return states.Count == partitions.Count ? states : throw LaneLoader.RowsMissing(topic);
    }

    /// <summary>The offset to read from: the stored one, if the log still has it.</summary>
    long StartOf<TKey, TValue>(IConsumer<TKey, TValue> consumer, Lane lane)
    {
        var log = QueryWatermarks(consumer, lane.Partition);
        // Stored at once: should retention delete records before the first batch is stored, that shows.
        if (lane.NextOffset is not { } next)
            return MoveToLogStartAsync(lane, log.Low.Value).GetAwaiter().GetResult();
        for (var look = 0; next > log.High.Value; look++)
        {
            // It may be the log of another topic by now, which has an end of its own.
            AskKafka(lane.Partition, () => watch.LookAsync(stop).GetAwaiter().GetResult());
            if (look == LooksAboveTheEnd)
            {
                throw new ClickstreamException(ExitCode.Conflict,
                    $"{topic.Name}[{lane.Partition}] is stored up to offset {next}, but its log ends at {log.High.Value}: the topic lost records or the "
                    + "database belongs to another cluster; set another Kafka:Topic or Postgres:Schema, or start over with: clickstream data reset");
            }
            stop.WaitHandle.WaitOne(s_pause);
            log = QueryWatermarks(consumer, lane.Partition);
        }
        return next >= log.Low.Value ? next : MoveToLogStartAsync(lane, log.Low.Value).GetAwaiter().GetResult();
    }

    /// <summary>Moves a lane that has nothing stored yet, or less than retention has deleted, to the log's start.</summary>
    async Task<long> MoveToLogStartAsync(Lane lane, long logStart)
    {
        while (true)
        {
            var from = lane.NextOffset;
            try
            {
                await lostRanges.SkipToAsync(topic, lane, logStart, stop);
                ReportLost(lane, from, logStart);
                return logStart;
            }
            catch (StaleLaneException)
            {
                // Another consumer moved it: what is stored decides.
                await ReadAgainAsync(lane);
                if (lane.NextOffset >= logStart)
                    return lane.NextOffset.Value;
            }
            catch (Exception e) when (DatabaseRetry.IsDatabaseError(e))
            {
                await _retry.WaitAfterAsync(e, stop);
                await ReadAgainAsync(lane);
                if (lane.NextOffset >= logStart)
                {
                    // Only the answer to the commit was lost, unless another consumer was faster.
                    if (lane.NextOffset == logStart)
                        ReportLost(lane, from, logStart);
                    return lane.NextOffset.Value;
                }
            }
        }
    }

    async Task ReadAgainAsync(Lane lane) => lane.Restore((await LoadAsync([lane.Partition]))[0]);

    void ReportLost(Lane lane, long? from, long logStart)
    {
        // Of what was there before the topic was read for the first time, nothing is lost.
        if (from is null)
            return;
        logger.RangeLost(topic.Name, lane.Partition, from, logStart);
        metrics.RangeLost(logStart - from.Value);
    }

    WatermarkOffsets QueryWatermarks<TKey, TValue>(IConsumer<TKey, TValue> consumer, int partition)
    {
        WatermarkOffsets? offsets = null;
        AskKafka(partition, () => offsets = consumer.QueryWatermarkOffsets(new TopicPartition(topic.Name, partition), s_watermarkTimeout));
        return offsets!;
    }

    /// <summary>Asks until there is an answer.</summary>
    void AskKafka(int partition, Action ask)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                ask();
                return;
            }
            catch (KafkaException e) when (!e.Error.IsFatal)
            {
                logger.ConsumeError($"{topic.Name}[{partition}]: {e.Error.Reason}; retrying");
                stop.WaitHandle.WaitOne(s_pause);
            }
        }
    }
}
