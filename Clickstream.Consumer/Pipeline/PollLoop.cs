using System.Collections.Concurrent;
using System.Diagnostics;
using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Consumer.Telemetry;
using Clickstream.Core.Events;
using Clickstream.Core.Partitioning;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Consumer.Pipeline;

/// <summary>
/// Polls Kafka on a thread of its own, since librdkafka's poll blocks and calls the rebalance handlers on the thread that polls.
/// Records go to the queue; when that is full and stays so, partitions are paused and polling goes on, so that a slow database
/// never costs the group membership.
/// </summary>
sealed class PollLoop
{
    static readonly TimeSpan s_idlePoll = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan s_patienceBeforePause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_patienceAtRevocation = TimeSpan.FromSeconds(6);

    readonly IConsumer<Ignore, ParsedValue> _consumer;
    readonly RecordDeserializer _deserializer = new();
    readonly RegisteredTopic _topic;
    readonly BatchQueues _queues;
    readonly LaneTable _lanes;
    readonly ConcurrentQueue<Lane> _toReposition = [];
    readonly TimeSpan _maxFutureSkew;
    readonly RunSummary _summary;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    volatile bool _isAssigned;
    bool _isClosing;

    public PollLoop(
        ConsumerBuilder<Ignore, ParsedValue> builder, RegisteredTopic topic, BatchQueues queues, LaneTable lanes,
        ConsumerOptions options, RunSummary summary, TimeProvider time, ILogger logger)
    {
        (_topic, _queues, _lanes, _summary, _time, _logger) = (topic, queues, lanes, summary, time, logger);
        _maxFutureSkew = options.MaxFutureSkew;
        _consumer = builder
            .SetKeyDeserializer(_deserializer)
            .SetValueDeserializer(_deserializer)
            .SetPartitionsAssignedHandler((_, assigned) => Assigned(assigned))
            .SetPartitionsRevokedHandler((_, revoked) => Revoked(revoked))
            .SetPartitionsLostHandler((_, lost) => Lost(lost))
            .Build();
    }

    /// <summary>True once the group has given this member its partitions, be they none.</summary>
    public bool IsAssigned => _isAssigned;

    /// <summary>How far each open lane is behind its log's end, as the client knew it at its last fetch.</summary>
    public IEnumerable<(int Partition, long Lag)> Lags()
    {
        foreach (var lane in _lanes.Open)
        {
            var end = _consumer.GetWatermarkOffsets(new TopicPartition(_topic.Name, lane.Partition)).High;
            if (end != Offset.Unset && lane.NextOffset is { } next)
                yield return (lane.Partition, Math.Max(0, end.Value - next));
        }
    }

    /// <summary>Asks to read a lane's partition again from where the database says it stands. From any thread.</summary>
    public void Reposition(Lane lane) => _toReposition.Enqueue(lane);

    /// <summary>Notes how far a partition is stored: sent to the group's coordinator now and then, for lag tools only. From any thread.</summary>
    public void NoteStored(int partition, long nextOffset)
    {
        try
        {
            _consumer.StoreOffset(new TopicPartitionOffset(_topic.Name, partition, nextOffset));
        }
        catch (KafkaException)
        {
            // The partition was revoked meanwhile; its next holder notes its own.
        }
    }

    /// <summary>Polls until <paramref name="stop"/>.</summary>
    public void Run(CancellationToken stop)
    {
        try
        {
            _consumer.Subscribe(_topic.Name);
            while (!stop.IsCancellationRequested)
            {
                RepositionLanes();
                if (Poll(TimeSpan.Zero) is not { } result)
                {
                    // Nothing more is waiting, so what there is may be stored.
                    _queues.Flush();
                    result = Poll(s_idlePoll);
                }
                if (result is not null)
                    Accept(result, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Leaves the group and releases the client. After this nothing else may be called.</summary>
    public void Close()
    {
        _isClosing = true;
        try
        {
            _consumer.Close();
        }
        catch (KafkaException e)
        {
            _logger.ConsumeError(e.Error.Reason);
        }
        _consumer.Dispose();
    }

    ConsumeResult<Ignore, ParsedValue>? Poll(TimeSpan timeout)
    {
        try
        {
            return _consumer.Consume(timeout);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            var partition = e.ConsumerRecord.Partition;
            if (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange && _lanes[partition] is { } lane)
                Reposition(lane);
            else
                _logger.ConsumeError(e.Error.Reason);
            return null;
        }
    }

    void Accept(ConsumeResult<Ignore, ParsedValue> result, CancellationToken stop)
    {
        // Read before the assignment was ours, or after it was not.
        if (_lanes[result.Partition] is not { } lane)
            return;
        _summary.RecordRead();
        var e = result.Message.Value.Event;
        var error = Check(result);
        if (!_queues.Of(lane.Partition).TryAdd(lane, result.Offset, e, error, _deserializer.Latest))
            AcceptWhenThereIsRoom(lane, result.Offset, e, error, stop);
    }

    /// <summary>What is wrong with a record; beyond its value, that depends on when and where it was produced.</summary>
    EventError Check(ConsumeResult<Ignore, ParsedValue> result)
    {
        var value = result.Message.Value;
        var error = value.Check(result.Message.Timestamp, _maxFutureSkew, _time);
        return error != EventError.None || Murmur2.HomePartition(value.Event.VisitorId, _topic.PartitionCount) == result.Partition.Value
            ? error
            : EventError.AwayFromHome;
    }

    void AcceptWhenThereIsRoom(Lane lane, long offset, in ClickEvent e, EventError error, CancellationToken stop)
    {
        // The other queues' loops need not wait for this one's.
        _queues.Flush();
        var queue = _queues.Of(lane.Partition);
        if (!queue.WaitForRoom(s_patienceBeforePause))
        {
            PauseUntilThereIsRoom(queue, lane, offset, e, error, stop);
            return;
        }
        queue.TryAdd(lane, offset, e, error, _deserializer.Latest);
    }

    /// <summary>
    /// Closes the tap: polls go on, for heartbeats and rebalances, but bring nothing. The record that found no room is added afterwards.
    /// </summary>
    void PauseUntilThereIsRoom(BatchQueue queue, Lane lane, long offset, in ClickEvent e, EventError error, CancellationToken stop)
    {
        var held = new List<HeldRecord> { new(lane, offset, e, error, _deserializer.Latest) };
        _consumer.Pause(_consumer.Assignment);
        _logger.Paused();
        while (!queue.WaitForRoom(TimeSpan.FromMilliseconds(1)))
        {
            stop.ThrowIfCancellationRequested();
            if (Poll(s_idlePoll) is not { } result || _lanes[result.Partition] is not { } newLane)
                continue;
            // A partition that was assigned meanwhile is not paused yet.
            _consumer.Pause(_consumer.Assignment);
            held.Add(new HeldRecord(newLane, result.Offset, result.Message.Value.Event, Check(result), _deserializer.Latest));
        }
        _consumer.Resume(_consumer.Assignment);
        _logger.Resumed();
        foreach (var record in held)
        {
            queue = _queues.Of(record.Lane.Partition);
            while (!queue.TryAdd(record.Lane, record.Offset, record.Event, record.Error, record.Raw))
            {
                stop.ThrowIfCancellationRequested();
                queue.WaitForRoom(s_idlePoll);
            }
        }
    }

    void RepositionLanes()
    {
        while (_toReposition.TryDequeue(out var lane))
        {
            // Another request may have replaced it already.
            if (_lanes[lane.Partition] != lane)
                continue;
            lane.Close();
            // librdkafka refuses to seek a partition that stopped at an error, but not to take it on anew.
            _consumer.IncrementalUnassign([new TopicPartition(_topic.Name, lane.Partition)]);
            var positions = _lanes.OpenLanes(_consumer, [lane.Partition]);
            _consumer.IncrementalAssign(positions);
            _logger.Repositioned(_topic.Name, lane.Partition, positions[0].Offset.Value);
        }
    }

    List<TopicPartitionOffset> Assigned(List<TopicPartition> assigned)
    {
        if (assigned.Count == 0)
        {
            _isAssigned = true;
            return [];
        }
        _logger.Assigned(Text(assigned));
        var positions = _lanes.OpenLanes(_consumer, assigned.ConvertAll(partition => partition.Partition.Value));
        _isAssigned = true;
        return positions;
    }

    /// <summary>What was read is ours to store until this returns.</summary>
    void Revoked(List<TopicPartitionOffset> revoked)
    {
        if (revoked.Count == 0)
            return;
        if (!_isClosing)
            _queues.WaitUntilStored(s_patienceAtRevocation);
        GiveUp(revoked);
        _logger.Revoked(Text(revoked.Select(partition => partition.TopicPartition)));
    }

    /// <summary>Somebody else has them by now: what was read is not ours any more.</summary>
    void Lost(List<TopicPartitionOffset> lost)
    {
        GiveUp(lost);
        _logger.Lost(Text(lost.Select(partition => partition.TopicPartition)));
    }

    void GiveUp(List<TopicPartitionOffset> partitions)
    {
        _lanes.CloseLanes(partitions.Select(partition => partition.Partition.Value));
        // To librdkafka a partition that goes while it is paused is still paused should it come back.
        _consumer.Resume(partitions.Select(partition => partition.TopicPartition));
    }

    static string Text(IEnumerable<TopicPartition> partitions) =>
        string.Join(' ', partitions.Select(partition => partition.Partition.Value).Order());

    /// <summary>A record that found no room, with its bytes, since the next poll overwrites the deserializer's.</summary>
    sealed class HeldRecord(Lane lane, long offset, ClickEvent e, EventError error, RawRecord raw)
    {
        readonly byte[] _key = raw.Key.ToArray();
        readonly bool _keyIsNull = raw.KeyIsNull;
        readonly byte[] _value = raw.Value.ToArray();
        readonly bool _valueIsNull = raw.ValueIsNull;
        readonly ActivityContext _trace = raw.Trace;

        public Lane Lane { get; } = lane;

        public long Offset { get; } = offset;

        public ClickEvent Event { get; } = e;

        public EventError Error { get; } = error;

        public RawRecord Raw => new(_key, _keyIsNull, _value, _valueIsNull, _trace);
    }
}
