namespace Clickstream.Consumer.Telemetry;

/// <summary>All that the consumer logs. Event ids: 1xx start and stop, 2xx Kafka, 3xx PostgreSQL, 4xx lanes and records.</summary>
static partial class ConsumerLog
{
    [LoggerMessage(101, LogLevel.Information, "schema {Schema}: applied migrations {Versions}")]
    public static partial void Migrated(this ILogger logger, string schema, string versions);

    [LoggerMessage(102, LogLevel.Information, "consuming {Topic} ({PartitionCount} partitions) as {GroupId}")]
    public static partial void Consuming(this ILogger logger, string topic, int partitionCount, string groupId);

    [LoggerMessage(103, LogLevel.Information, "stopped: all that was read is stored")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(104, LogLevel.Warning, "stopped: the last batch is not stored and will be read again")]
    public static partial void StoppedWithUnstored(this ILogger logger);

    [LoggerMessage(106, LogLevel.Warning, "{Reason}; starting anew")]
    public static partial void TopicChanged(this ILogger logger, string reason);

    [LoggerMessage(107, LogLevel.Warning, "Kafka describes topic {Topic} ({Id}, {PartitionCount} partitions) as it was before what the database has registered; asking again")]
    public static partial void MetadataBehind(this ILogger logger, string topic, Guid id, int partitionCount);

    [LoggerMessage(201, LogLevel.Error, "Kafka client failed: {Reason}; starting it anew")]
    public static partial void ClientFailed(this ILogger logger, string reason);

    [LoggerMessage(202, LogLevel.Warning, "Kafka: {Reason}")]
    public static partial void ConsumeError(this ILogger logger, string reason);

    [LoggerMessage(203, LogLevel.Debug, "paused: the database is slower than the topic")]
    public static partial void Paused(this ILogger logger);

    [LoggerMessage(204, LogLevel.Debug, "resumed")]
    public static partial void Resumed(this ILogger logger);

    [LoggerMessage(303, LogLevel.Warning, "ended {Count} database session(s) that held offset rows for more than {Seconds:F0} s: their consumer is frozen or gone")]
    public static partial void EndedFrozenHolder(this ILogger logger, long count, double seconds);

    [LoggerMessage(304, LogLevel.Warning, "a database session that holds offset rows cannot be ended: {Reason}; waiting for it")]
    public static partial void HolderNotEnded(this ILogger logger, string reason);

    [LoggerMessage(401, LogLevel.Information, "assigned: {Partitions}")]
    public static partial void Assigned(this ILogger logger, string partitions);

    [LoggerMessage(402, LogLevel.Information, "revoked: {Partitions}")]
    public static partial void Revoked(this ILogger logger, string partitions);

    [LoggerMessage(403, LogLevel.Warning, "lost: {Partitions}; another consumer has them")]
    public static partial void Lost(this ILogger logger, string partitions);

    [LoggerMessage(404, LogLevel.Information, "reading lanes again: {Reason}")]
    public static partial void LanesStale(this ILogger logger, string reason);

    [LoggerMessage(405, LogLevel.Error, "{Topic}[{Partition}]: offsets {From} to {To} were deleted by retention before they were read; recorded in lost_ranges")]
    public static partial void RangeLost(this ILogger logger, string topic, int partition, long? from, long to);

    [LoggerMessage(406, LogLevel.Warning, "{Topic}[{Partition}]: reading again from offset {Offset}")]
    public static partial void Repositioned(this ILogger logger, string topic, int partition, long offset);

    [LoggerMessage(407, LogLevel.Warning, "{Topic}[{Partition}] offset {Offset}: refused by the database (SQLSTATE {SqlState}), now a dead letter")]
    public static partial void RecordRefused(this ILogger logger, string topic, int partition, long offset, string sqlState);

    [LoggerMessage(408, LogLevel.Warning, "{Topic}: sent on {Count} records that were not in their visitor's partition: partitions were added, or their producer's partitioner is not murmur2 of the visitor id")]
    public static partial void StraysForwarded(this ILogger logger, string topic, long count);

    [LoggerMessage(409, LogLevel.Warning, "{Topic}: records cannot be sent on to their visitor's partition: {Reason}; retrying")]
    public static partial void StraysWait(this ILogger logger, string topic, string reason);
}
