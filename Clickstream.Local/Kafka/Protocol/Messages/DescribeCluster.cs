namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>DescribeCluster (60). v0: flexible; v1: brokers or controllers; v2: fenced brokers.</summary>
sealed record DescribeClusterRequest(bool IncludeOperations, sbyte EndpointType) : IKafkaRequest<DescribeClusterRequest>
{
    public const sbyte Brokers = 1;

    public static ApiVersionRange Versions => new(ApiKey.DescribeCluster, 0, 2, FlexibleFrom: 0);

    public static DescribeClusterRequest Read(ref KafkaReader reader, short version)
    {
        var request = new DescribeClusterRequest(reader.ReadBoolean(), version >= 1 ? reader.ReadInt8() : Brokers);
        if (version >= 2) reader.ReadBoolean(); // whether to list fenced brokers: there are none
        reader.SkipTags();
        return request;
    }
}

sealed record DescribeClusterResponse(ErrorCode Error, string? Message, sbyte EndpointType, BrokerNode Broker, string ClusterId, int Operations)
    : IKafkaResponse
{
    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteInt32(0); // throttle time
        writer.WriteError(Error);
        writer.WriteString(Message);
        if (version >= 1) writer.WriteInt8(EndpointType);
        writer.WriteString(ClusterId);
        writer.WriteInt32(Broker.Id); // controller
        writer.WriteArrayLength(1);
        writer.WriteInt32(Broker.Id);
        writer.WriteString(Broker.Host);
        writer.WriteInt32(Broker.Port);
        writer.WriteString(null); // rack
        if (version >= 2) writer.WriteBoolean(false); // fenced
        writer.WriteTags();
        writer.WriteInt32(Operations);
        writer.WriteTags();
    }
}
