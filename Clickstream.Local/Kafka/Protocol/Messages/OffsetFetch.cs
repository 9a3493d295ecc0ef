using Clickstream.Local.Kafka.Groups;

namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>
/// OffsetFetch (9). v2: null asks for all topics; v5: leader epoch; v6: flexible; v7: stable offsets only; v8: several groups;
/// v9: member id and epoch, of the newer group protocol.
/// </summary>
sealed record OffsetFetchRequest(List<OffsetFetchRequest.Group> Groups) : IKafkaRequest<OffsetFetchRequest>
{
    public readonly record struct Group(string Id, List<Topic>? Topics);

    public readonly record struct Topic(string Name, List<int> Partitions);

    public static ApiVersionRange Versions => new(ApiKey.OffsetFetch, 1, 9, FlexibleFrom: 6);

    public static OffsetFetchRequest Read(ref KafkaReader reader, short version)
    {
        var groups = version < 8
            ? [new Group(reader.ReadString(), ReadTopics(ref reader))]
            : reader.ReadArray((ref r) =>
            {
                var id = r.ReadString();
                if (version >= 9)
                {
                    r.ReadNullableString();
                    r.ReadInt32();
                }

                var group = new Group(id, ReadTopics(ref r));
                r.SkipTags();
                return group;
            });
        if (version >= 7) reader.ReadBoolean(); // without transactions every offset is stable
        reader.SkipTags();
        return new(groups);
    }

    static List<Topic>? ReadTopics(ref KafkaReader reader) => reader.ReadNullableArray(static (ref r) =>
    {
        var topic = new Topic(r.ReadString(), r.ReadInt32Array());
        r.SkipTags();
        return topic;
    });
}

sealed record OffsetFetchResponse(List<OffsetFetchResponse.Group> Groups) : IKafkaResponse
{
    public readonly record struct Group(string Id, ErrorCode Error, List<Topic> Topics);

    public readonly record struct Topic(string Name, List<Partition> Partitions);

    public readonly record struct Partition(int Index, CommittedOffset Committed);

    public void Write(KafkaWriter writer, short version)
    {
        if (version >= 3) writer.WriteInt32(0); // throttle time
        if (version >= 8)
        {
            writer.WriteArrayLength(Groups.Count);
            foreach (var group in Groups)
            {
                writer.WriteString(group.Id);
                WriteTopics(writer, group.Topics, version);
                writer.WriteError(group.Error);
                writer.WriteTags();
            }
        }
        else
        {
            WriteTopics(writer, Groups[0].Topics, version);
            if (version >= 2) writer.WriteError(Groups[0].Error);
        }

        writer.WriteTags();
    }

    static void WriteTopics(KafkaWriter writer, List<Topic> topics, short version)
    {
        writer.WriteArrayLength(topics.Count);
        foreach (var topic in topics)
        {
            writer.WriteString(topic.Name);
            writer.WriteArrayLength(topic.Partitions.Count);
            foreach (var (index, committed) in topic.Partitions)
            {
                writer.WriteInt32(index);
                writer.WriteInt64(committed.Offset);
                if (version >= 5) writer.WriteInt32(committed.LeaderEpoch);
                writer.WriteString(committed.Metadata);
                writer.WriteError(ErrorCode.None);
                writer.WriteTags();
            }

            writer.WriteTags();
        }
    }
}
