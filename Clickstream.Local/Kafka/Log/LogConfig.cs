namespace Clickstream.Local.Kafka.Log;

/// <summary>The settings of a partition's log, which are its topic's.</summary>
sealed record LogConfig
{
    /// <summary>A segment that would grow beyond this is closed and a new one begun.</summary>
    public int SegmentBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>Closed segments whose newest record is older go; -1 keeps them.</summary>
    public long RetentionMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary>Closed segments go, oldest first, while the partition without them has at least this size; -1 keeps them.</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary>The largest batch that is taken.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024 + 12;

    /// <summary>How far ahead of the broker's clock a record's timestamp may be: one of the far future would keep its segment for ever.</summary>
    public long MaxTimestampAheadMs { get; init; } = 60L * 60 * 1000;
}
