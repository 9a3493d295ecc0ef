namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>
/// ListOffsets (2). v2: isolation level; v4: leader epoch; v6: flexible; v7: maximum timestamp; v8, v9: tiered storage's special
/// timestamps; v10: timeout.
/// </summary>
sealed record ListOffsetsRequest(List<ListOffsetsRequest.Topic> Topics) : IKafkaRequest<ListOffsetsRequest>
{
    public const long Latest = -1, Earliest = -2, MaxTimestamp = -3, EarliestLocal = -4, LatestTiered = -5, EarliestPendingUpload = -6;

    public readonly record struct Topic(string Name, List<Partition> Partitions);

    public readonly record struct Partition(int Index, long Timestamp);

    public static ApiVersionRange Versions => new(ApiKey.ListOffsets, 1, 10, FlexibleFrom: 6);

    public static ListOffsetsRequest Read(ref KafkaReader reader, short version)
    {
        reader.ReadInt32(); // replica id
        if (version >= 2) reader.ReadInt8(); // isolation level: without transactions both are the same
        return new(reader.ReadArray((ref r) =>
        {
            var topic = new Topic(r.ReadString(), r.ReadArray((ref p) =>
            {
                var index = p.ReadInt32();
                if (version >= 4) p.ReadInt32(); // current leader epoch
                var partition = new Partition(index, p.ReadInt64());
                p.SkipTags();
                return partition;
            }));
            r.SkipTags();
            return topic;
        }));
    }
}

sealed record ListOffsetsResponse(List<ListOffsetsResponse.Topic> Topics) : IKafkaResponse
{
    public readonly record struct Topic(string Name, List<Partition> Partitions);

    public readonly record struct Partition(int Index, ErrorCode Error, long Timestamp, long Offset);

    public void Write(KafkaWriter writer, short version)
    {
        if (version >= 2) writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(Topics.Count);
        foreach (var topic in Topics)
        {
            writer.WriteString(topic.Name);
            writer.WriteArrayLength(topic.Partitions.Count);
            foreach (var partition in topic.Partitions)
            {
                writer.WriteInt32(partition.Index);
                writer.WriteError(partition.Error);
                writer.WriteInt64(partition.Timestamp);
                writer.WriteInt64(partition.Offset);
                if (version >= 4) writer.WriteInt32(partition.Offset < 0 ? -1 : BrokerNode.LeaderEpoch);
                writer.WriteTags();
            }

            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
