using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Clickstream.Core.Events;
using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>
/// Polls Kafka on a thread of its own, since librdkafka's poll blocks and calls the rebalance handlers on the thread that polls.
/// Records go to the queue; when that is full and stays so, partitions are paused and polling goes on, so that a slow cluster never
/// costs the group membership.
/// </summary>
sealed class PollLoop
{
    static readonly TimeSpan s_linger = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan s_idlePoll = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan s_patienceBeforePause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_patienceAtRevocation = TimeSpan.FromSeconds(5);

    readonly IConsumer<Ignore, ParsedValue> _consumer;
    readonly ConcurrentDictionary<int, PartitionProgress> _partitions = [];
    readonly string _topic;
    readonly Lock _storing = new();
    readonly BatchQueue _queue;
    readonly StartOffsets _starts;
    readonly Func<CancellationToken, Task> _look;
    readonly RunSummary _summary;
    readonly TimeSpan _maxFutureSkew;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    CancellationToken _stop;
    Exception? _failure;
    bool _isClosing;
    volatile bool _isAssigned;

    public PollLoop(
        ConsumerBuilder<Ignore, ParsedValue> builder, string topic, BatchQueue queue, StartOffsets starts, Func<CancellationToken, Task> look,
        IndexerOptions options, RunSummary summary, TimeProvider time, ILogger logger)
    {
        (_topic, _queue, _starts, _look, _summary, _time, _logger) = (topic, queue, starts, look, summary, time, logger);
        _maxFutureSkew = options.MaxFutureSkew;
        _consumer = builder
            .SetValueDeserializer(new ParsedValueDeserializer())
            .SetPartitionsAssignedHandler((_, assigned) => Assigned(assigned))
            .SetPartitionsRevokedHandler((_, revoked) => Revoked(revoked))
            .SetPartitionsLostHandler((_, lost) => Lost(lost))
            .SetOffsetsCommittedHandler((_, committed) => Committed(committed))
            .Build();
    }

    /// <summary>True once the group has given this member its partitions, be they none.</summary>
    public bool IsAssigned => _isAssigned;

    /// <summary>The partitions that are ours, and where their logs end as the client knew it at its last fetch.</summary>
    public IEnumerable<(PartitionProgress Progress, long End)> Positions()
    {
        foreach (var progress in _partitions.Values)
        {
            var end = _consumer.GetWatermarkOffsets(new TopicPartition(_topic, progress.Partition)).High;
            if (end != Offset.Unset)
                yield return (progress, Math.Max(end.Value, progress.Settled));
        }
    }

    /// <summary>Notes how far a partition is settled, which is committed within a second. From any thread.</summary>
    public void NoteSettled(PartitionProgress progress)
    {
        if (progress.IsClosed)
            return;
        try
        {
            // Of two loops that note it at the same time the one that looked first must not have the last word.
            lock (_storing)
                _consumer.StoreOffset(new TopicPartitionOffset(_topic, progress.Partition, progress.Settled));
        }
        catch (KafkaException)
        {
            // The partition was revoked meanwhile; its next holder indexes these records again, which changes nothing.
        }
    }

    /// <summary>Polls until <paramref name="stop"/>.</summary>
    public void Run(CancellationToken stop)
    {
        _stop = stop;
        try
        {
            _consumer.Subscribe(_topic);
            while (!stop.IsCancellationRequested)
            {
                // While the client fetches more of a flood there is nothing for a moment, which is no reason for a small request.
                if ((Poll(TimeSpan.Zero) ?? Poll(s_linger)) is not { } result)
                {
                    // Nothing more is waiting, so what there is may be sent.
                    _queue.Flush();
                    result = Poll(s_idlePoll);
                }
                if (result is not null)
                    Accept(result);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Leaves the group and releases the client. After this nothing else may be called.</summary>
    /// <param name="commits">Whether to commit what is settled; not where it was settled in another index, or is of another topic.</param>
    public void Close(bool commits)
    {
        _isClosing = true;
        try
        {
            if (!commits)
                ForgetSettled();
            _consumer.Close();
        }
        catch (KafkaException e)
        {
            _logger.ConsumeError(e.Error.Reason);
        }
        finally
        {
            _consumer.Dispose();
        }
    }

    void ForgetSettled()
    {
        foreach (var partition in _partitions.Keys)
            _consumer.StoreOffset(new TopicPartitionOffset(_topic, partition, Offset.Unset));
    }

    ConsumeResult<Ignore, ParsedValue>? Poll(TimeSpan timeout)
    {
        try
        {
            var result = _consumer.Consume(timeout);
            if (_failure is not null)
                ExceptionDispatchInfo.Throw(_failure);
            return result;
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            if (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange
                && _partitions.TryGetValue(e.ConsumerRecord.Partition, out var progress))
                Reposition(progress);
            else
                _logger.ConsumeError(e.Error.Reason);
            return null;
        }
    }

    void Accept(ConsumeResult<Ignore, ParsedValue> result)
    {
        if (Read(result) is { } record && !_queue.TryAdd(record.Progress, record.Offset, record.Event, record.Error, record.Trace))
            AddWhenThereIsRoom(record);
    }

    ReadRecord? Read(ConsumeResult<Ignore, ParsedValue> result)
    {
        // Read before the assignment was ours, or after it was not.
        if (!_partitions.TryGetValue(result.Partition, out var progress))
            return null;
        progress.NextToRead = result.Offset + 1;
        _summary.RecordRead();
        var value = result.Message.Value;
        TraceParent.TryRead(result.Message.Headers, out var trace);
        return new(progress, result.Offset, value.Event, value.Check(result.Message.Timestamp, _maxFutureSkew, _time), trace);
    }

    void AddWhenThereIsRoom(in ReadRecord record)
    {
        if (_queue.WaitForRoom(s_patienceBeforePause))
            _queue.TryAdd(record.Progress, record.Offset, record.Event, record.Error, record.Trace);
        else
            PauseUntilThereIsRoom(record);
    }

    /// <summary>
    /// Closes the tap: polls go on, for heartbeats and rebalances, but bring nothing. The record that found no room is added afterwards.
    /// </summary>
    void PauseUntilThereIsRoom(in ReadRecord first)
    {
        var held = new List<ReadRecord> { first };
        _consumer.Pause(_consumer.Assignment);
        _logger.Paused();
        while (!_queue.WaitForRoom(TimeSpan.FromMilliseconds(1)))
        {
            _stop.ThrowIfCancellationRequested();
            if (Poll(s_idlePoll) is not { } result || Read(result) is not { } record)
                continue;
            // A partition that was assigned meanwhile is not paused yet.
            _consumer.Pause(_consumer.Assignment);
            held.Add(record);
        }
        _consumer.Resume(_consumer.Assignment);
        _logger.Resumed();
        foreach (var record in held)
        {
            while (!_queue.TryAdd(record.Progress, record.Offset, record.Event, record.Error, record.Trace))
            {
                _stop.ThrowIfCancellationRequested();
                _queue.WaitForRoom(s_idlePoll);
            }
        }
    }

    /// <summary>The log has not what was to be read next. What was read before is settled in its turn all the same.</summary>
    void Reposition(PartitionProgress progress)
    {
        var partition = new TopicPartition(_topic, progress.Partition);
        var start = _starts.Find(_consumer, partition, progress.NextToRead, _stop).NextToRead;
        progress.NextToRead = start;
        // librdkafka refuses to seek a partition that stopped at an error, but not to take it on anew.
        _consumer.IncrementalUnassign([partition]);
        _consumer.IncrementalAssign([new TopicPartitionOffset(partition, start)]);
    }

    List<TopicPartitionOffset> Assigned(List<TopicPartition> assigned)
    {
        try
        {
            return Begin(assigned);
        }
        catch (Exception e)
        {
            // A handler that throws leaves the client waiting for its answer, even when it is closed. So it is given one, of which nothing
            // is read any more.
            _failure = e;
            return assigned.ConvertAll(static partition => new TopicPartitionOffset(partition, Offset.End));
        }
    }

    List<TopicPartitionOffset> Begin(List<TopicPartition> assigned)
    {
        if (assigned.Count > 0)
            _look(_stop).GetAwaiter().GetResult();
        var starts = assigned.Count == 0 ? [] : _starts.Find(_consumer, assigned, _stop);
        foreach (var progress in starts)
            _partitions[progress.Partition] = progress;
        if (starts.Count > 0)
            _logger.Assigned(Text(assigned));
        _isAssigned = true;
        return starts.ConvertAll(progress => new TopicPartitionOffset(_topic, progress.Partition, progress.NextToRead));
    }

    /// <summary>What is settled when this returns is committed with the partition's going; the rest is read again by its next holder.</summary>
    void Revoked(List<TopicPartitionOffset> revoked)
    {
        if (revoked.Count == 0)
            return;
        if (!_isClosing)
            _queue.WaitUntilSettled(s_patienceAtRevocation);
        GiveUp(revoked);
        _logger.Revoked(Text(revoked.Select(partition => partition.TopicPartition)));
    }

    void Lost(List<TopicPartitionOffset> lost)
    {
        GiveUp(lost);
        _logger.Lost(Text(lost.Select(partition => partition.TopicPartition)));
    }

    void GiveUp(List<TopicPartitionOffset> partitions)
    {
        foreach (var partition in partitions)
        {
            if (_partitions.TryRemove(partition.Partition, out var progress))
            {
                progress.Close();
                _starts.Left(progress);
            }
        }
        // To librdkafka a partition that goes while it is paused is still paused should it come back.
        _consumer.Resume(partitions.Select(partition => partition.TopicPartition));
    }

    void Committed(CommittedOffsets committed)
    {
        foreach (var partition in committed.Offsets)
        {
            if (!partition.Error.IsError && partition.Offset.Value >= 0)
                _starts.Notes.Committed(partition.Partition);
        }
    }

    static string Text(IEnumerable<TopicPartition> partitions) =>
        string.Join(' ', partitions.Select(partition => partition.Partition.Value).Order());

    readonly record struct ReadRecord(PartitionProgress Progress, long Offset, ClickEvent Event, EventError Error, ActivityContext Trace);
}
