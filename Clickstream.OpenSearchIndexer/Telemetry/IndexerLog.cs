namespace Clickstream.OpenSearchIndexer.Telemetry;

/// <summary>All that the indexer logs. Event ids: 1xx start and stop, 2xx Kafka, 3xx documents, 4xx sessions.</summary>
static partial class IndexerLog
{
    [LoggerMessage(101, LogLevel.Information, "OpenSearch is off, so there is nothing to index; OpenSearch__Enabled=true turns it on, and all that the topic holds is indexed then")]
    public static partial void SwitchedOff(this ILogger logger);

    [LoggerMessage(102, LogLevel.Information, "indexing {Topic} ({PartitionCount} partitions) into {Index} as {GroupId}")]
    public static partial void Indexing(this ILogger logger, string topic, int partitionCount, string index, string groupId);

    [LoggerMessage(103, LogLevel.Information, "stopped: all that was read is indexed")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(104, LogLevel.Warning, "stopped: the last documents may not be indexed, and are read again at the next start")]
    public static partial void StoppedUnsettled(this ILogger logger);

    [LoggerMessage(105, LogLevel.Information, "made index {Index}")]
    public static partial void IndexMade(this ILogger logger, string index);

    [LoggerMessage(106, LogLevel.Warning, "{Reason}; starting anew")]
    public static partial void StartsAnew(this ILogger logger, string reason);

    [LoggerMessage(201, LogLevel.Error, "Kafka client failed: {Reason}; starting it anew")]
    public static partial void ClientFailed(this ILogger logger, string reason);

    [LoggerMessage(202, LogLevel.Warning, "Kafka: {Reason}")]
    public static partial void ConsumeError(this ILogger logger, string reason);

    [LoggerMessage(203, LogLevel.Debug, "paused: OpenSearch is slower than the topic")]
    public static partial void Paused(this ILogger logger);

    [LoggerMessage(204, LogLevel.Debug, "resumed")]
    public static partial void Resumed(this ILogger logger);

    [LoggerMessage(205, LogLevel.Information, "assigned: {Partitions}")]
    public static partial void Assigned(this ILogger logger, string partitions);

    [LoggerMessage(206, LogLevel.Information, "revoked: {Partitions}")]
    public static partial void Revoked(this ILogger logger, string partitions);

    [LoggerMessage(207, LogLevel.Warning, "lost: {Partitions}; another indexer has them")]
    public static partial void Lost(this ILogger logger, string partitions);

    [LoggerMessage(208, LogLevel.Error, "{Topic}[{Partition}]: offsets {From} to {To} were deleted by retention before they were indexed")]
    public static partial void RangeLost(this ILogger logger, string topic, int partition, long from, long to);

    [LoggerMessage(209, LogLevel.Error, "{Topic}[{Partition}]: offset {Offset} is committed, but the log ends at {End}: it lost records or was made anew; indexing it from {Start}")]
    public static partial void BeyondTheEnd(this ILogger logger, string topic, int partition, long offset, long end, long start);

    [LoggerMessage(210, LogLevel.Warning, "could not note that the offsets of {GroupId} speak of this index: the next start indexes their partitions from the log's start")]
    public static partial void NotesUnwritten(this ILogger logger, string groupId);

    [LoggerMessage(301, LogLevel.Information, "indexed {Done} of {Total} records ({Percent:F1} %), {Rate:F0} a second, {TimeLeft} left")]
    public static partial void Progress(this ILogger logger, long done, long total, double percent, double rate, string timeLeft);

    [LoggerMessage(302, LogLevel.Information, "caught up: all {Total} records are indexed")]
    public static partial void CaughtUp(this ILogger logger, long total);

    [LoggerMessage(303, LogLevel.Warning, "{Index}: OpenSearch refused {Count} documents, such as {Id} ({Reason}): now in the dead letters")]
    public static partial void DocumentsRefused(this ILogger logger, string index, int count, string id, string reason);

    [LoggerMessage(401, LogLevel.Information, "sessions: another indexer reads their changes; standing by")]
    public static partial void StandingBy(this ILogger logger);

    [LoggerMessage(402, LogLevel.Information, "sessions: following their changes, and indexing all that are stored")]
    public static partial void FeedTurnedOn(this ILogger logger);

    [LoggerMessage(403, LogLevel.Information, "sessions: following their changes from where the last indexer left off")]
    public static partial void FeedResumed(this ILogger logger);

    [LoggerMessage(404, LogLevel.Information, "sessions: the tables of their changes are not there yet; waiting for the consumer to make them")]
    public static partial void WaitsForSchema(this ILogger logger);

    [LoggerMessage(405, LogLevel.Information, "sessions: indexed {Done} of about {Total}, {Rate:F0} a second")]
    public static partial void SessionsProgress(this ILogger logger, long done, long total, double rate);

    [LoggerMessage(406, LogLevel.Information, "sessions: all that were stored are indexed ({Count} in this run), {Deleted} that are no more were deleted")]
    public static partial void SessionsCaughtUp(this ILogger logger, long count, long deleted);

    [LoggerMessage(407, LogLevel.Information, "sessions: consumers are busy with their offsets; trying again to follow the changes")]
    public static partial void FeedNotTurnedOn(this ILogger logger);

    [LoggerMessage(408, LogLevel.Information, "sessions: what was read is out of date by now; reading it again")]
    public static partial void ReadingOutOfDate(this ILogger logger);
}
