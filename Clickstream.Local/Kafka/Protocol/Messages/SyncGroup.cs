using Clickstream.Local.Kafka.Groups;

namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>SyncGroup (14). v3: static members; v4: flexible; v5: protocol type and name, checked against the group's.</summary>
sealed record SyncGroupRequest(
    string GroupId, int GenerationId, string MemberId, string? GroupInstanceId, string? ProtocolType, string? ProtocolName,
    List<KeyValuePair<string, byte[]>> Assignments) : IKafkaRequest<SyncGroupRequest>
{
    public static ApiVersionRange Versions => new(ApiKey.SyncGroup, 0, 5, FlexibleFrom: 4);

    public static SyncGroupRequest Read(ref KafkaReader reader, short version)
    {
        var request = new SyncGroupRequest(
            reader.ReadString(),
            reader.ReadInt32(),
            reader.ReadString(),
            version >= 3 ? reader.ReadNullableString() : null,
            version >= 5 ? reader.ReadNullableString() : null,
            version >= 5 ? reader.ReadNullableString() : null,
            reader.ReadArray(static (ref r) =>
            {
                var assignment = KeyValuePair.Create(r.ReadString(), r.ReadBytes().ToArray());
                r.SkipTags();
                return assignment;
            }));
        reader.SkipTags();
        return request;
    }
}

sealed record SyncGroupResponse(SyncResult Result) : IKafkaResponse
{
    public void Write(KafkaWriter writer, short version)
    {
        if (version >= 1) writer.WriteInt32(0); // throttle time
        writer.WriteError(Result.Error);
        if (version >= 5)
        {
            writer.WriteString(Result.ProtocolType);
            writer.WriteString(Result.ProtocolName);
        }

        writer.WriteBytes(Result.Assignment);
        writer.WriteTags();
    }
}
