namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>LeaveGroup (13). v3: several members at once, static ones by their instance id; v4: flexible; v5: reason.</summary>
sealed record LeaveGroupRequest(string GroupId, List<LeaveGroupRequest.Member> Members) : IKafkaRequest<LeaveGroupRequest>
{
    public readonly record struct Member(string MemberId, string? GroupInstanceId);

    public static ApiVersionRange Versions => new(ApiKey.LeaveGroup, 0, 5, FlexibleFrom: 4);

    public static LeaveGroupRequest Read(ref KafkaReader reader, short version)
    {
        var groupId = reader.ReadString();
        var members = version < 3
            ? [new Member(reader.ReadString(), null)]
            : reader.ReadArray((ref r) =>
            {
                var member = new Member(r.ReadString(), r.ReadNullableString());
                if (version >= 5) r.ReadNullableString(); // reason: for people reading a broker's log
                r.SkipTags();
                return member;
            });
        reader.SkipTags();
        return new(groupId, members);
    }
}

/// <param name="Error">What concerns the whole group.</param>
/// <param name="Members">The outcome of each member, in the order of the request.</param>
sealed record LeaveGroupResponse(ErrorCode Error, List<LeaveGroupResponse.Member> Members) : IKafkaResponse
{
    public readonly record struct Member(string MemberId, string? GroupInstanceId, ErrorCode Error);

    public void Write(KafkaWriter writer, short version)
    {
        if (version >= 1) writer.WriteInt32(0); // throttle time

        // Before v3 one member leaves, and its error is the request's.
        writer.WriteError(version < 3 && Error == ErrorCode.None && Members.Count == 1 ? Members[0].Error : Error);
        if (version >= 3)
        {
            writer.WriteArrayLength(Members.Count);
            foreach (var member in Members)
            {
                writer.WriteString(member.MemberId);
                writer.WriteString(member.GroupInstanceId);
                writer.WriteError(member.Error);
                writer.WriteTags();
            }
        }

        writer.WriteTags();
    }
}
