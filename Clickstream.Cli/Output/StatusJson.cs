namespace Clickstream.Cli.Output;

/// <summary>The output of <c>status --json</c>. What could not be asked is null.</summary>
/// <param name="DataDir">The data folder.</param>
/// <param name="Kafka">The brokers.</param>
/// <param name="Postgresql">The database.</param>
/// <param name="Valkey">The Valkey server, null where none is known.</param>
/// <param name="Infrastructure">The process of the embedded infrastructure, null where it does not run.</param>
/// <param name="Consumers">The consumers that were started on this machine.</param>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partitions">The topic's partitions.</param>
/// <param name="Lag">Records not yet stored.</param>
/// <param name="Events">Stored events.</param>
/// <param name="Sessions">Stored sessions.</param>
/// <param name="DeadLetters">Records that were refused.</param>
/// <param name="LostRanges">Ranges of offsets that retention deleted before they were read.</param>
/// <param name="LostRecords">Offsets in those ranges.</param>
/// <param name="Estimated">Counting took too long, so some of the counts are the planner's estimates.</param>
/// <param name="Opensearch">What there is of OpenSearch, null where none is known.</param>
sealed record StatusJson(
    string DataDir, ServerJson Kafka, ServerJson Postgresql, ServerJson? Valkey, ProcessJson? Infrastructure, IReadOnlyList<ConsumerJson> Consumers,
    string Topic, IReadOnlyList<PartitionJson>? Partitions, long? Lag,
    long? Events, long? Sessions, long? DeadLetters, long? LostRanges, long? LostRecords, bool Estimated, IndexJson? Opensearch);

/// <param name="Up">Whether it answers.</param>
/// <param name="Address">Where it is, null where that is not known.</param>
/// <param name="Source">Who says so: <c>embedded</c> or <c>environment</c>.</param>
/// <param name="Problem">Why it is not up.</param>
sealed record ServerJson(bool Up, string? Address, string? Source, string? Problem);

/// <param name="Pid">Its process id.</param>
/// <param name="StartedAt">When it started.</param>
sealed record ProcessJson(int Pid, DateTimeOffset StartedAt);

/// <param name="Pid">Its process id.</param>
/// <param name="Healthy">Whether it says that it is ready.</param>
/// <param name="Url">Where its health endpoints are.</param>
sealed record ConsumerJson(int Pid, bool Healthy, string Url);

/// <param name="Partition">Its number.</param>
/// <param name="StartOffset">Offset of the first record that is still there.</param>
/// <param name="EndOffset">Offset that the next record will get.</param>
/// <param name="StoredOffset">The next offset to store; null where nothing was stored yet.</param>
/// <param name="Lag">Records not yet stored.</param>
sealed record PartitionJson(int Partition, long StartOffset, long EndOffset, long? StoredOffset, long Lag);
