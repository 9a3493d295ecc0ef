using System.Buffers;

namespace Clickstream.Local.Kafka.Log;

/// <summary>Offsets by time.</summary>
sealed partial class PartitionLog
{
    /// <summary>The first record whose timestamp is at or after the given one.</summary>
    public OffsetAndTimestamp FindByTimestamp(long timestamp)
    {
        LogSlice batch = default;
        long logStart;
        lock (_gate)
        {
            logStart = _logStart;
            if (!_closed && _segments.Find(s => s.MaxTimestamp >= timestamp && s.NextOffset > logStart) is { } segment)
                batch = segment.FirstBatchAtOrAfter(timestamp, logStart);
        }

        return FindInBatch(batch, logStart, timestamp);
    }

    /// <summary>The first record with the greatest timestamp.</summary>
    public OffsetAndTimestamp FindMaxTimestamp()
    {
        LogSlice batch = default;
        var greatest = -1L;
        lock (_gate)
        {
            if (!_closed && _segments.MaxBy(static s => s.MaxTimestamp) is { Size: > 0 } segment)
            {
                batch = segment.BatchWithMaxTimestamp();
                greatest = segment.MaxTimestamp;
            }
        }

        return FindInBatch(batch, 0, greatest);
    }

    static OffsetAndTimestamp FindInBatch(in LogSlice slice, long fromOffset, long timestamp)
    {
        if (slice.Length == 0) return OffsetAndTimestamp.None;
        var buffer = ArrayPool<byte>.Shared.Rent(slice.Length);
        try
        {
            var batch = buffer.AsSpan(0, slice.Length);
            return slice.TryRead(batch) ? RecordTimestamps.Find(batch, fromOffset, timestamp) : OffsetAndTimestamp.None;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
