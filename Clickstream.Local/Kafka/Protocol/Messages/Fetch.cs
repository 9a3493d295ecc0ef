using Clickstream.Local.Kafka.Log;

namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>
/// Fetch (1). v4: isolation level; v5: log start offset; v7: fetch sessions; v9: leader epoch; v11: rack; v12: flexible;
/// v13: topics by id; v15: the replica id becomes a tagged field; v17, v18: tagged fields for followers.
/// </summary>
sealed record FetchRequest(
    int MaxWaitMs, int MinBytes, int MaxBytes, sbyte IsolationLevel, int SessionId, int SessionEpoch, List<FetchRequest.Topic> Topics)
    : IKafkaRequest<FetchRequest>
{
    public readonly record struct Topic(string? Name, Guid Id, List<Partition> Partitions);

    public readonly record struct Partition(int Index, long FetchOffset, int MaxBytes);

    public static ApiVersionRange Versions => new(ApiKey.Fetch, 4, 18, FlexibleFrom: 12);

    public static FetchRequest Read(ref KafkaReader reader, short version)
    {
        if (version < 15) reader.ReadInt32(); // replica id: -1, only clients come here
        var maxWait = reader.ReadInt32();
        var minBytes = reader.ReadInt32();
        var maxBytes = reader.ReadInt32();
        var isolationLevel = reader.ReadInt8();
        var (sessionId, sessionEpoch) = version >= 7 ? (reader.ReadInt32(), reader.ReadInt32()) : (0, -1);
        var topics = reader.ReadArray((ref r) =>
        {
            var (name, id) = version >= 13 ? ((string?)null, r.ReadUuid()) : (r.ReadString(), Guid.Empty);
            var partitions = r.ReadArray((ref p) => ReadPartition(ref p, version));
            r.SkipTags();
            return new Topic(name, id, partitions);
        });

        // Forgotten topics belong to sessions, which are never opened; rack and tagged fields say nothing to a single broker.
        return new(maxWait, minBytes, maxBytes, isolationLevel, sessionId, sessionEpoch, topics);
    }

    static Partition ReadPartition(ref KafkaReader reader, short version)
    {
        var index = reader.ReadInt32();
        if (version >= 9) reader.ReadInt32(); // current leader epoch
        var offset = reader.ReadInt64();
        if (version >= 12) reader.ReadInt32(); // last fetched epoch
        if (version >= 5) reader.ReadInt64(); // log start offset, of followers
        var partition = new Partition(index, offset, reader.ReadInt32());
        reader.SkipTags();
        return partition;
    }
}

/// <summary>The records are read from the segment files straight into the response's buffer.</summary>
sealed record FetchResponse(ErrorCode Error, List<FetchResponse.Topic> Topics) : IKafkaResponse
{
    public readonly record struct Topic(string? Name, Guid Id, List<Partition> Partitions);

    public readonly record struct Partition(int Index, ErrorCode Error, long HighWatermark, long LogStartOffset, LogSlice Records);

    // What there is of a partition beside its records, roughly: the buffer then grows once and not in steps.
    const int PartitionOverhead = 64;

    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteInt32(0); // throttle time
        if (version >= 7)
        {
            writer.WriteError(Error);
            writer.WriteInt32(0); // session id: none, every fetch names all its partitions
        }

        writer.EnsureRoom(Topics.Sum(static t => t.Partitions.Sum(static p => p.Records.Length + PartitionOverhead)));
        writer.WriteArrayLength(Topics.Count);
        foreach (var topic in Topics)
        {
            if (version >= 13) writer.WriteUuid(topic.Id);
            else writer.WriteString(topic.Name);
            writer.WriteArrayLength(topic.Partitions.Count);
            foreach (var partition in topic.Partitions) WritePartition(writer, partition, version);
            writer.WriteTags();
        }

        writer.WriteTags();
    }

    static void WritePartition(KafkaWriter writer, in Partition partition, short version)
    {
        writer.WriteInt32(partition.Index);
        writer.WriteError(partition.Error);
        writer.WriteInt64(partition.HighWatermark);
        writer.WriteInt64(partition.HighWatermark); // last stable offset: without transactions all is stable
        if (version >= 5) writer.WriteInt64(partition.LogStartOffset);
        writer.WriteArrayLength(null); // aborted transactions
        if (version >= 11) writer.WriteInt32(-1); // preferred read replica
        WriteRecords(writer, partition.Records);
        writer.WriteTags();
    }

    static void WriteRecords(KafkaWriter writer, in LogSlice records)
    {
        var start = writer.Position;
        writer.WriteBytesLength(records.Length);
        if (records.Length == 0 || records.TryRead(writer.Reserve(records.Length))) return;

        // The segment went away (retention, topic deleted) between planning and reading: the client's next fetch learns why.
        writer.Position = start;
        writer.WriteBytesLength(0);
    }
}
