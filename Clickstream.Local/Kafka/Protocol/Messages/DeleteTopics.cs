namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>DeleteTopics (20). v4: flexible; v5: error messages; v6: topics by name or id.</summary>
sealed record DeleteTopicsRequest(List<DeleteTopicsRequest.Topic> Topics) : IKafkaRequest<DeleteTopicsRequest>
{
    public readonly record struct Topic(string? Name, Guid Id);

    public static ApiVersionRange Versions => new(ApiKey.DeleteTopics, 1, 6, FlexibleFrom: 4);

    public static DeleteTopicsRequest Read(ref KafkaReader reader, short version)
    {
        var topics = version >= 6
            ? reader.ReadArray(static (ref r) =>
            {
                var topic = new Topic(r.ReadNullableString(), r.ReadUuid());
                r.SkipTags();
                return topic;
            })
            : reader.ReadArray(static (ref r) => new Topic(r.ReadString(), Guid.Empty));
        reader.ReadInt32(); // timeout: a topic is gone at once
        reader.SkipTags();
        return new(topics);
    }
}

sealed record DeleteTopicsResponse(List<DeleteTopicsResponse.Topic> Topics) : IKafkaResponse
{
    public readonly record struct Topic(string? Name, Guid Id, ErrorCode Error, string? Message);

    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(Topics.Count);
        foreach (var topic in Topics)
        {
            writer.WriteString(version >= 6 ? topic.Name : topic.Name ?? "");
            if (version >= 6) writer.WriteUuid(topic.Id);
            writer.WriteError(topic.Error);
            if (version >= 5) writer.WriteString(topic.Message);
            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
