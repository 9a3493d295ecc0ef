using Clickstream.Local.Kafka.Protocol;

namespace Clickstream.Local.Kafka.Log;

/// <summary>What became of a batch: where it is, or why it is not.</summary>
readonly record struct AppendResult(ErrorCode Error, long BaseOffset = -1, long LogStartOffset = -1, string? Message = null);

/// <summary>What a fetch of one partition gives at this moment.</summary>
readonly record struct ReadResult(ErrorCode Error, long HighWatermark, long LogStartOffset, LogSlice Records);

/// <summary>A record's offset and timestamp; -1 and -1 where there is none.</summary>
readonly record struct OffsetAndTimestamp(long Offset, long Timestamp)
{
    public static OffsetAndTimestamp None => new(-1, -1);
}
