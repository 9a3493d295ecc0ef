namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>OffsetCommit (8). v5: no retention time; v6: leader epoch; v7: static members; v8: flexible.</summary>
sealed record OffsetCommitRequest(
    string GroupId, int GenerationId, string MemberId, string? GroupInstanceId, List<OffsetCommitRequest.Topic> Topics)
    : IKafkaRequest<OffsetCommitRequest>
{
    public readonly record struct Topic(string Name, List<Partition> Partitions);

    public readonly record struct Partition(int Index, long Offset, int LeaderEpoch, string? Metadata);

    public static ApiVersionRange Versions => new(ApiKey.OffsetCommit, 2, 9, FlexibleFrom: 8);

    public static OffsetCommitRequest Read(ref KafkaReader reader, short version)
    {
        var groupId = reader.ReadString();
        var generation = reader.ReadInt32();
        var memberId = reader.ReadString();
        var instanceId = version >= 7 ? reader.ReadNullableString() : null;
        if (version <= 4) reader.ReadInt64(); // retention time
        var topics = reader.ReadArray((ref r) =>
        {
            var topic = new Topic(r.ReadString(), r.ReadArray((ref p) =>
            {
                var partition = new Partition(
                    p.ReadInt32(), p.ReadInt64(), version >= 6 ? p.ReadInt32() : -1, p.ReadNullableString());
                p.SkipTags();
                return partition;
            }));
            r.SkipTags();
            return topic;
        });
        reader.SkipTags();
        return new(groupId, generation, memberId, instanceId, topics);
    }
}

sealed record OffsetCommitResponse(List<OffsetCommitResponse.Topic> Topics) : IKafkaResponse
{
    public readonly record struct Topic(string Name, List<Partition> Partitions);

    public readonly record struct Partition(int Index, ErrorCode Error);

    public void Write(KafkaWriter writer, short version)
    {
        if (version >= 3) writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(Topics.Count);
        foreach (var topic in Topics)
        {
            writer.WriteString(topic.Name);
            writer.WriteArrayLength(topic.Partitions.Count);
            foreach (var partition in topic.Partitions)
            {
                writer.WriteInt32(partition.Index);
                writer.WriteError(partition.Error);
                writer.WriteTags();
            }

            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
