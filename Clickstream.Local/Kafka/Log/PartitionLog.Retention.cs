using System.Globalization;
using System.Text;
using Clickstream.Local.Files;
using Clickstream.Local.Kafka.Protocol;

namespace Clickstream.Local.Kafka.Log;

/// <summary>How a log loses its oldest records: by age, by size, and on request.</summary>
sealed partial class PartitionLog
{
    /// <summary>
    /// Deletes what the settings no longer keep, whole segments only. An active segment that is too old as a whole is closed first; by
    /// size only closed ones go. Returns how many segments went.
    /// </summary>
    public int ApplyRetention()
    {
        lock (_gate)
        {
            if (_closed) return 0;
            _producers.Expire();
            var oldest = _config.RetentionMs < 0 ? long.MinValue : _time.GetUtcNow().ToUnixTimeMilliseconds() - _config.RetentionMs;
            if (Active.Size > 0 && _segments.TrueForAll(s => s.MaxTimestamp < oldest)) Roll();

            var size = _segments.Sum(static s => s.Size);
            var deleted = 0;
            while (_segments.Count > 1)
            {
                var first = _segments[0];
                var tooOld = first.MaxTimestamp < oldest;
                var tooMuch = _config.RetentionBytes >= 0 && size - first.Size >= _config.RetentionBytes;
                if (!tooOld && !tooMuch && first.NextOffset > _logStart) break;
                size -= first.Size;
                DeleteFirstSegment();
                deleted++;
            }

            return deleted;
        }
    }

    /// <summary>Moves the log's start; a negative offset means its end. The answer's base offset is the start afterwards.</summary>
    public AppendResult DeleteRecordsBefore(long offset)
    {
        lock (_gate)
        {
            if (_closed) return new(ErrorCode.UnknownTopicOrPartition);
            var next = Active.NextOffset;
            if (offset == Protocol.Messages.DeleteRecordsRequest.HighWatermark) offset = next;
            if (offset < 0 || offset > next) return new(ErrorCode.OffsetOutOfRange);
            if (offset > _logStart)
            {
                // Written before any segment goes: the start must not move back with the next recovery.
                AtomicFile.Write(Path.Combine(_directory, LogStartFile), Encoding.ASCII.GetBytes(offset.ToString(CultureInfo.InvariantCulture)));
                _logStart = offset;
                while (_segments.Count > 1 && _segments[0].NextOffset <= offset) DeleteFirstSegment();
            }

            return new(ErrorCode.None, _logStart, _logStart);
        }
    }

    void DeleteFirstSegment()
    {
        var segment = _segments[0];
        _segments.RemoveAt(0);
        _logStart = Math.Max(_logStart, _segments[0].BaseOffset);
        segment.Dispose();
        File.Delete(segment.File.Path);
        File.Delete(SegmentSummary.PathFor(segment));
        KafkaLog.SegmentDeleted(_logger, segment.File.Path, _logStart);
    }
}
