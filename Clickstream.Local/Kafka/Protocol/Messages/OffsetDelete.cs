namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>OffsetDelete (47): forgets committed offsets of partitions that the group does not read. Never flexible.</summary>
sealed record OffsetDeleteRequest(string GroupId, List<OffsetDeleteRequest.Topic> Topics) : IKafkaRequest<OffsetDeleteRequest>
{
    public readonly record struct Topic(string Name, List<int> Partitions);

    public static ApiVersionRange Versions => new(ApiKey.OffsetDelete, 0, 0, ApiVersionRange.NeverFlexible);

    public static OffsetDeleteRequest Read(ref KafkaReader reader, short version) =>
        new(reader.ReadString(), reader.ReadArray(static (ref r) => new Topic(r.ReadString(), r.ReadInt32Array())));
}

sealed record OffsetDeleteResponse(ErrorCode Error, List<OffsetDeleteResponse.Topic> Topics) : IKafkaResponse
{
    public readonly record struct Topic(string Name, List<Partition> Partitions);

    public readonly record struct Partition(int Index, ErrorCode Error);

    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteError(Error);
        writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(Topics.Count);
        foreach (var topic in Topics)
        {
            writer.WriteString(topic.Name);
            writer.WriteArrayLength(topic.Partitions.Count);
            foreach (var partition in topic.Partitions)
            {
                writer.WriteInt32(partition.Index);
                writer.WriteError(partition.Error);
            }
        }
    }
}
