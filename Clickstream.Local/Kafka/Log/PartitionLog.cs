using System.Globalization;
using Clickstream.Local.Files;
using Clickstream.Local.Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka.Log;

/// <summary>
/// The log of one partition: segments in a folder, appended to by one producer at a time and read by any number.
/// <para>
/// Durability is Kafka's own default: an acknowledged batch is in the operating system's hands and survives a kill of this process.
/// It is forced to the disk when a segment is closed, on a clean stop and about once a minute, so a power cut can cost the last minute.
/// </para>
/// </summary>
sealed partial class PartitionLog : IAsyncDisposable
{
    const string LogStartFile = "log-start-offset";

    readonly Lock _gate = new();
    readonly string _directory;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Func<string, LogFile> _openFile;
    readonly ProducerStates _producers;
    readonly List<Segment> _segments;
    readonly List<AppendWaiter> _waiters = [];
    Task _sealing = Task.CompletedTask;
    LogConfig _config;
    long _logStart;
    bool _closed;

    PartitionLog(string directory, LogConfig config, TimeProvider time, ILogger logger, Func<string, LogFile> openFile)
    {
        (_directory, _config, _time, _logger, _openFile) = (directory, config, time, logger, openFile);
        _producers = new(time);
        _segments = new LogRecovery(directory, openFile, _producers, logger).OpenSegments();
        var checkpoint = ReadLogStart();
        if (_segments.Count == 0) _segments.Add(NewSegment(checkpoint));
        _logStart = Math.Clamp(checkpoint, _segments[0].BaseOffset, Active.NextOffset);
    }

    /// <summary>The offset of the next record. There are no followers to wait for, so it is the high watermark too.</summary>
    public long NextOffset
    {
        get
        {
            lock (_gate) return Active.NextOffset;
        }
    }

    public long LogStartOffset
    {
        get
        {
            lock (_gate) return _logStart;
        }
    }

    public LogConfig Config
    {
        set
        {
            lock (_gate) _config = value;
        }
    }

    Segment Active => _segments[^1];

    public static PartitionLog Open(
        string directory, LogConfig config, TimeProvider time, ILogger logger, Func<string, LogFile>? openFile = null)
    {
        Directory.CreateDirectory(directory);
        return new(directory, config, time, logger, openFile ?? (static path => new LogFile(path)));
    }

    /// <summary>Stores a batch, which is stamped with its offset in place.</summary>
    public AppendResult Append(Memory<byte> records)
    {
        var batch = records.Span;
        if (BatchValidation.Check(batch, out var header) is { Error: not ErrorCode.None } refused) return refused;
        lock (_gate)
        {
            if (_closed) return new(ErrorCode.UnknownTopicOrPartition);
            if (CheckLimits(header) is { Error: not ErrorCode.None } beyond) return beyond;
            var error = _producers.Check(header, out var duplicateOffset);
            if (error != ErrorCode.None) return new(error, LogStartOffset: _logStart);
            if (duplicateOffset >= 0) return new(ErrorCode.None, duplicateOffset, _logStart);

            header = header with { BaseOffset = Active.NextOffset };
            RecordBatch.Stamp(batch, header.BaseOffset, BrokerNode.LeaderEpoch);
            try
            {
                if (Active.Size > 0 && Active.Size + batch.Length > _config.SegmentBytes) Roll();
                Active.Append(batch, header);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _producers.NotStored(header);
                KafkaLog.AppendFailed(_logger, _directory, e.Message);
                return new(ErrorCode.KafkaStorageError, Message: e.Message);
            }

            _producers.Stored(header);
            foreach (var waiter in _waiters) waiter.Signal();
            return new(ErrorCode.None, header.BaseOffset, _logStart);
        }
    }

    /// <summary>
    /// What can be read from an offset on, in whole batches. With <paramref name="atLeastOneBatch"/> the first is given even if it is
    /// larger than allowed, so that no limit can stop a consumer for good.
    /// </summary>
    public ReadResult Read(long offset, int maxBytes, bool atLeastOneBatch)
    {
        lock (_gate)
        {
            if (_closed) return new(ErrorCode.UnknownTopicOrPartition, -1, -1, default);
            var next = Active.NextOffset;
            if (offset < _logStart || offset > next) return new(ErrorCode.OffsetOutOfRange, next, _logStart, default);
            var records = offset == next ? default : SegmentOf(offset).Slice(offset, maxBytes, atLeastOneBatch);
            return new(ErrorCode.None, next, _logStart, records);
        }
    }

    /// <summary>From now on <paramref name="waiter"/> is woken by each append, and by the end of this log.</summary>
    public void AddWaiter(AppendWaiter waiter)
    {
        lock (_gate) _waiters.Add(waiter);
    }

    public void RemoveWaiter(AppendWaiter waiter)
    {
        lock (_gate) _waiters.Remove(waiter);
    }

    /// <summary>Forces everything to the disk.</summary>
    public void Flush()
    {
        Segment active;
        lock (_gate)
        {
            if (_closed) return;
            active = Active;
        }

        try
        {
            active.File.Flush();
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile, and flushed by that.
        }
    }

    /// <summary>Closes the log and leaves a summary, so that the next start need not read the last segment.</summary>
    public async ValueTask DisposeAsync()
    {
        Task sealing;
        byte[] summary;
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            foreach (var waiter in _waiters) waiter.Signal();
            sealing = _sealing;
            summary = SegmentSummary.Serialize(Active, _producers);
        }

        await sealing;
        Seal(Active, summary);
        foreach (var segment in _segments) segment.Dispose();
    }

    /// <summary>Closes the log of a topic that is being deleted: nothing of it will be wanted again.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            foreach (var waiter in _waiters) waiter.Signal();
            foreach (var segment in _segments) segment.Dispose();
        }
    }

    AppendResult CheckLimits(in RecordBatch batch)
    {
        if (batch.Size > _config.MaxMessageBytes)
            return new(ErrorCode.MessageTooLarge, Message: $"the batch has {batch.Size} bytes; max.message.bytes is {_config.MaxMessageBytes}");
        if (batch.Size > _config.SegmentBytes)
            return new(ErrorCode.RecordListTooLarge, Message: $"the batch has {batch.Size} bytes; segment.bytes is {_config.SegmentBytes}");
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return batch.MaxTimestamp - now > _config.MaxTimestampAheadMs
            ? new(ErrorCode.InvalidTimestamp, Message: $"timestamp {batch.MaxTimestamp} is more than {_config.MaxTimestampAheadMs} ms ahead")
            : default;
    }

    Segment SegmentOf(long offset)
    {
        var index = _segments.Count - 1;
        while (index > 0 && _segments[index].BaseOffset > offset) index--;
        return _segments[index];
    }

    // The closed segment is forced to the disk behind the producer's back: until then it is as durable as the active one.
    void Roll()
    {
        var closed = Active;
        _segments.Add(NewSegment(closed.NextOffset));
        var summary = SegmentSummary.Serialize(closed, _producers);
        _sealing = _sealing.ContinueWith(
            _ => Seal(closed, summary), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    void Seal(Segment segment, byte[] summary)
    {
        try
        {
            segment.File.Flush();
            AtomicFile.Write(SegmentSummary.PathFor(segment), summary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Without a summary the segment is read at the next start. Nothing is lost.
            KafkaLog.SealFailed(_logger, segment.File.Path, e.Message);
        }
    }

    Segment NewSegment(long baseOffset)
    {
        var file = _openFile(Path.Combine(_directory, Segment.FileName(baseOffset)));
        if (file.Length > 0) file.Truncate(0); // left over from a start that failed half-way
        return new(baseOffset, file);
    }

    long ReadLogStart()
    {
        var path = Path.Combine(_directory, LogStartFile);
        return File.Exists(path) && long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : 0;
    }
}
