using Clickstream.Local.Kafka.Groups;

namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>
/// JoinGroup (11). v1: rebalance timeout; v4: the first join is answered with a member id to join with; v5: static members;
/// v6: flexible; v8: reason; v9: the leader may be told to skip the assignment.
/// </summary>
sealed record JoinGroupRequest(
    string GroupId, int SessionTimeoutMs, int RebalanceTimeoutMs, string MemberId, string? GroupInstanceId, string ProtocolType,
    List<MemberProtocol> Protocols) : IKafkaRequest<JoinGroupRequest>
{
    public static ApiVersionRange Versions => new(ApiKey.JoinGroup, 0, 9, FlexibleFrom: 6);

    public static JoinGroupRequest Read(ref KafkaReader reader, short version)
    {
        var groupId = reader.ReadString();
        var sessionTimeout = reader.ReadInt32();
        var request = new JoinGroupRequest(
            groupId,
            sessionTimeout,
            version >= 1 ? reader.ReadInt32() : sessionTimeout,
            reader.ReadString(),
            version >= 5 ? reader.ReadNullableString() : null,
            reader.ReadString(),
            reader.ReadArray(static (ref r) =>
            {
                var protocol = new MemberProtocol(r.ReadString(), r.ReadBytes().ToArray());
                r.SkipTags();
                return protocol;
            }));
        if (version >= 8) reader.ReadNullableString(); // reason: for people reading a broker's log
        reader.SkipTags();
        return request;
    }
}

sealed record JoinGroupResponse(JoinResult Result) : IKafkaResponse
{
    public void Write(KafkaWriter writer, short version)
    {
        if (version >= 2) writer.WriteInt32(0); // throttle time
        writer.WriteError(Result.Error);
        writer.WriteInt32(Result.GenerationId);
        if (version >= 7) writer.WriteString(Result.ProtocolType);
        writer.WriteString(version >= 7 ? Result.ProtocolName : Result.ProtocolName ?? "");
        writer.WriteString(Result.LeaderId);
        if (version >= 9) writer.WriteBoolean(Result.SkipAssignment);
        writer.WriteString(Result.MemberId);
        writer.WriteArrayLength(Result.Members.Count);
        foreach (var member in Result.Members)
        {
            writer.WriteString(member.MemberId);
            if (version >= 5) writer.WriteString(member.GroupInstanceId);
            writer.WriteBytes(member.Metadata);
            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
