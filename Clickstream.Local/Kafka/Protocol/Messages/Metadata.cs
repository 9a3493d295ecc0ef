namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>
/// Metadata (3). v1: null asks for all topics; v4: auto-creation flag; v7: leader epoch; v8: authorized operations; v9: flexible;
/// v10: topic ids; v12: topics may be asked for by id; v13: top-level error.
/// </summary>
sealed record MetadataRequest(
    List<MetadataRequest.Topic>? Topics, bool AllowAutoTopicCreation, bool IncludeClusterOperations, bool IncludeTopicOperations)
    : IKafkaRequest<MetadataRequest>
{
    public readonly record struct Topic(Guid Id, string? Name);

    public static ApiVersionRange Versions => new(ApiKey.Metadata, 0, 13, FlexibleFrom: 9);

    public static MetadataRequest Read(ref KafkaReader reader, short version)
    {
        KafkaReader.ElementReader<Topic> element = version >= 10
            ? static (ref r) => { var t = new Topic(r.ReadUuid(), r.ReadNullableString()); r.SkipTags(); return t; }
        : static (ref r) => { var t = new Topic(Guid.Empty, r.ReadString()); r.SkipTags(); return t; };
        var topics = reader.ReadNullableArray(element);
        if (version == 0 && topics is { Count: 0 }) topics = null; // before null existed, none meant all
        var request = new MetadataRequest(
            topics,
            version < 4 || reader.ReadBoolean(),
            version is >= 8 and <= 10 && reader.ReadBoolean(),
            version >= 8 && reader.ReadBoolean());
        reader.SkipTags();
        return request;
    }
}

/// <summary>One broker leads and holds every partition, so a topic is described by its partition count.</summary>
sealed record MetadataResponse(
    BrokerNode Broker, string ClusterId, int ClusterOperations, List<MetadataResponse.Topic> Topics) : IKafkaResponse
{
    public readonly record struct Topic(ErrorCode Error, string? Name, Guid Id, int PartitionCount, int Operations);

    public void Write(KafkaWriter writer, short version)
    {
        ReadOnlySpan<int> replicas = [Broker.Id];
        if (version >= 3) writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(1);
        writer.WriteInt32(Broker.Id);
        writer.WriteString(Broker.Host);
        writer.WriteInt32(Broker.Port);
        if (version >= 1) writer.WriteString(null); // rack
        writer.WriteTags();
        if (version >= 2) writer.WriteString(ClusterId);
        if (version >= 1) writer.WriteInt32(Broker.Id); // controller

        writer.WriteArrayLength(Topics.Count);
        foreach (var topic in Topics)
        {
            writer.WriteError(topic.Error);
            writer.WriteString(version >= 12 ? topic.Name : topic.Name ?? "");
            if (version >= 10) writer.WriteUuid(topic.Id);
            if (version >= 1) writer.WriteBoolean(false); // internal
            writer.WriteArrayLength(topic.PartitionCount);
            for (var partition = 0; partition < topic.PartitionCount; partition++)
            {
                writer.WriteError(ErrorCode.None);
                writer.WriteInt32(partition);
                writer.WriteInt32(Broker.Id);
                if (version >= 7) writer.WriteInt32(BrokerNode.LeaderEpoch);
                writer.WriteInt32Array(replicas);
                writer.WriteInt32Array(replicas); // in-sync replicas
                if (version >= 5) writer.WriteInt32Array([]); // offline replicas
                writer.WriteTags();
            }

            if (version >= 8) writer.WriteInt32(topic.Operations);
            writer.WriteTags();
        }

        if (version is >= 8 and <= 10) writer.WriteInt32(ClusterOperations);
        if (version >= 13) writer.WriteError(ErrorCode.None);
        writer.WriteTags();
    }
}
