namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>Heartbeat (12). v3: static members; v4: flexible.</summary>
sealed record HeartbeatRequest(string GroupId, int GenerationId, string MemberId, string? GroupInstanceId) : IKafkaRequest<HeartbeatRequest>
{
    public static ApiVersionRange Versions => new(ApiKey.Heartbeat, 0, 4, FlexibleFrom: 4);

    public static HeartbeatRequest Read(ref KafkaReader reader, short version)
    {
        var request = new HeartbeatRequest(
            reader.ReadString(), reader.ReadInt32(), reader.ReadString(), version >= 3 ? reader.ReadNullableString() : null);
        reader.SkipTags();
        return request;
    }
}

sealed record HeartbeatResponse(ErrorCode Error) : IKafkaResponse
{
    public void Write(KafkaWriter writer, short version)
    {
        if (version >= 1) writer.WriteInt32(0); // throttle time
        writer.WriteError(Error);
        writer.WriteTags();
    }
}
