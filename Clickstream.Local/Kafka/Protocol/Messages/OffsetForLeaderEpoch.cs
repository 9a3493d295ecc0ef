namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>OffsetForLeaderEpoch (23): where an epoch ended, for clients that check their position. v3: replica id; v4: flexible.</summary>
sealed record OffsetForLeaderEpochRequest(List<OffsetForLeaderEpochRequest.Topic> Topics) : IKafkaRequest<OffsetForLeaderEpochRequest>
{
    public readonly record struct Topic(string Name, List<Partition> Partitions);

    public readonly record struct Partition(int Index, int LeaderEpoch);

    public static ApiVersionRange Versions => new(ApiKey.OffsetForLeaderEpoch, 2, 4, FlexibleFrom: 4);

    public static OffsetForLeaderEpochRequest Read(ref KafkaReader reader, short version)
    {
        if (version >= 3) reader.ReadInt32(); // replica id
        return new(reader.ReadArray(static (ref r) =>
        {
            var topic = new Topic(r.ReadString(), r.ReadArray(static (ref p) =>
            {
                var index = p.ReadInt32();
                p.ReadInt32(); // current leader epoch
                var partition = new Partition(index, p.ReadInt32());
                p.SkipTags();
                return partition;
            }));
            r.SkipTags();
            return topic;
        }));
    }
}

sealed record OffsetForLeaderEpochResponse(List<OffsetForLeaderEpochResponse.Topic> Topics) : IKafkaResponse
{
    public readonly record struct Topic(string Name, List<Partition> Partitions);

    public readonly record struct Partition(int Index, ErrorCode Error, int LeaderEpoch, long EndOffset);

    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(Topics.Count);
        foreach (var topic in Topics)
        {
            writer.WriteString(topic.Name);
            writer.WriteArrayLength(topic.Partitions.Count);
            foreach (var partition in topic.Partitions)
            {
                writer.WriteError(partition.Error);
                writer.WriteInt32(partition.Index);
                writer.WriteInt32(partition.LeaderEpoch);
                writer.WriteInt64(partition.EndOffset);
                writer.WriteTags();
            }

            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
