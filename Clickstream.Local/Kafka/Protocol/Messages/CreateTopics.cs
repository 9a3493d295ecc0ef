namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>CreateTopics (19). v4: -1 takes the broker's defaults; v5: flexible, configs in the answer; v7: topic id in the answer.</summary>
sealed record CreateTopicsRequest(List<CreateTopicsRequest.Topic> Topics, bool ValidateOnly) : IKafkaRequest<CreateTopicsRequest>
{
    public sealed record Topic(
        string Name, int PartitionCount, short ReplicationFactor, List<Assignment> Assignments, List<KeyValuePair<string, string?>> Configs);

    public readonly record struct Assignment(int PartitionIndex, List<int> BrokerIds);

    public static ApiVersionRange Versions => new(ApiKey.CreateTopics, 2, 7, FlexibleFrom: 5);

    public static CreateTopicsRequest Read(ref KafkaReader reader, short version)
    {
        var topics = reader.ReadArray(static (ref r) =>
        {
            var topic = new Topic(
                r.ReadString(),
                r.ReadInt32(),
                r.ReadInt16(),
                r.ReadArray(static (ref a) =>
                {
                    var assignment = new Assignment(a.ReadInt32(), a.ReadInt32Array());
                    a.SkipTags();
                    return assignment;
                }),
                r.ReadArray(static (ref c) =>
                {
                    var config = KeyValuePair.Create(c.ReadString(), c.ReadNullableString());
                    c.SkipTags();
                    return config;
                }));
            r.SkipTags();
            return topic;
        });
        reader.ReadInt32(); // timeout: a topic is made at once
        var request = new CreateTopicsRequest(topics, reader.ReadBoolean());
        reader.SkipTags();
        return request;
    }
}

sealed record CreateTopicsResponse(List<CreateTopicsResponse.Topic> Topics) : IKafkaResponse
{
    public sealed record Topic(
        string Name, ErrorCode Error, string? Message = null, Guid Id = default, int PartitionCount = -1,
        IReadOnlyList<ConfigEntry>? Configs = null);

    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(Topics.Count);
        foreach (var topic in Topics)
        {
            writer.WriteString(topic.Name);
            if (version >= 7) writer.WriteUuid(topic.Id);
            writer.WriteError(topic.Error);
            writer.WriteString(topic.Message);
            if (version >= 5)
            {
                writer.WriteInt32(topic.PartitionCount);
                writer.WriteInt16((short)(topic.Error == ErrorCode.None ? 1 : -1)); // replication factor
                writer.WriteArrayLength(topic.Configs?.Count);
                foreach (var config in topic.Configs ?? [])
                {
                    writer.WriteString(config.Name);
                    writer.WriteString(config.Value);
                    writer.WriteBoolean(config.ReadOnly);
                    writer.WriteInt8((sbyte)config.Source);
                    writer.WriteBoolean(false); // sensitive
                    writer.WriteTags();
                }
            }

            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
