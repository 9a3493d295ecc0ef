namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>DeleteRecords (21): moves a partition's log start. v2: flexible.</summary>
sealed record DeleteRecordsRequest(List<DeleteRecordsRequest.Topic> Topics) : IKafkaRequest<DeleteRecordsRequest>
{
    /// <summary>"Up to the high watermark", in place of an offset.</summary>
    public const long HighWatermark = -1;

    public readonly record struct Topic(string Name, List<Partition> Partitions);

    public readonly record struct Partition(int Index, long Offset);

    public static ApiVersionRange Versions => new(ApiKey.DeleteRecords, 0, 2, FlexibleFrom: 2);

    public static DeleteRecordsRequest Read(ref KafkaReader reader, short version) => new(reader.ReadArray(static (ref r) =>
    {
        var topic = new Topic(r.ReadString(), r.ReadArray(static (ref p) =>
        {
            var partition = new Partition(p.ReadInt32(), p.ReadInt64());
            p.SkipTags();
            return partition;
        }));
        r.SkipTags();
        return topic;
    }));
}

sealed record DeleteRecordsResponse(List<DeleteRecordsResponse.Topic> Topics) : IKafkaResponse
{
    public readonly record struct Topic(string Name, List<Partition> Partitions);

    public readonly record struct Partition(int Index, long LowWatermark, ErrorCode Error);

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
                writer.WriteInt32(partition.Index);
                writer.WriteInt64(partition.LowWatermark);
                writer.WriteError(partition.Error);
                writer.WriteTags();
            }

            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
