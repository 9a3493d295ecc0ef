namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>CreatePartitions (37): raises a topic's partition count. v2: flexible.</summary>
sealed record CreatePartitionsRequest(List<CreatePartitionsRequest.Topic> Topics, bool ValidateOnly) : IKafkaRequest<CreatePartitionsRequest>
{
    /// <param name="Name">The topic.</param>
    /// <param name="Count">The new count of partitions.</param>
    /// <param name="Assignments">The brokers of each added partition, or null to let the broker choose.</param>
    public readonly record struct Topic(string Name, int Count, List<List<int>>? Assignments);

    public static ApiVersionRange Versions => new(ApiKey.CreatePartitions, 0, 3, FlexibleFrom: 2);

    public static CreatePartitionsRequest Read(ref KafkaReader reader, short version)
    {
        var topics = reader.ReadArray(static (ref r) =>
        {
            var topic = new Topic(r.ReadString(), r.ReadInt32(), r.ReadNullableArray(static (ref a) =>
            {
                var brokers = a.ReadInt32Array();
                a.SkipTags();
                return brokers;
            }));
            r.SkipTags();
            return topic;
        });
        reader.ReadInt32(); // timeout: partitions are made at once
        var request = new CreatePartitionsRequest(topics, reader.ReadBoolean());
        reader.SkipTags();
        return request;
    }
}

sealed record CreatePartitionsResponse(List<CreatePartitionsResponse.Topic> Topics) : IKafkaResponse
{
    public readonly record struct Topic(string Name, ErrorCode Error, string? Message);

    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(Topics.Count);
        foreach (var topic in Topics)
        {
            writer.WriteString(topic.Name);
            writer.WriteError(topic.Error);
            writer.WriteString(topic.Message);
            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
