using Clickstream.Local.Kafka.Groups;

namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>DescribeGroups (15). v3: authorized operations; v4: static members; v5: flexible; v6: an unknown group is an error.</summary>
sealed record DescribeGroupsRequest(List<string> GroupIds, bool IncludeOperations) : IKafkaRequest<DescribeGroupsRequest>
{
    public static ApiVersionRange Versions => new(ApiKey.DescribeGroups, 0, 6, FlexibleFrom: 5);

    public static DescribeGroupsRequest Read(ref KafkaReader reader, short version)
    {
        var request = new DescribeGroupsRequest(
            reader.ReadArray(static (ref r) => r.ReadString()), version >= 3 && reader.ReadBoolean());
        reader.SkipTags();
        return request;
    }
}

sealed record DescribeGroupsResponse(List<GroupDescription> Groups, int Operations) : IKafkaResponse
{
    public void Write(KafkaWriter writer, short version)
    {
        if (version >= 1) writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(Groups.Count);
        foreach (var group in Groups)
        {
            var unknown = group.State == GroupState.Dead;
            writer.WriteError(unknown && version >= 6 ? ErrorCode.GroupIdNotFound : ErrorCode.None);
            if (version >= 6) writer.WriteString(unknown ? $"Group {group.GroupId} not found." : null);
            writer.WriteString(group.GroupId);
            writer.WriteString(group.State.ToString());
            writer.WriteString(group.ProtocolType);
            writer.WriteString(group.ProtocolName);
            writer.WriteArrayLength(group.Members.Count);
            foreach (var member in group.Members)
            {
                writer.WriteString(member.MemberId);
                if (version >= 4) writer.WriteString(member.GroupInstanceId);
                writer.WriteString(member.ClientId);
                writer.WriteString(member.ClientHost);
                writer.WriteBytes(member.Metadata);
                writer.WriteBytes(member.Assignment);
                writer.WriteTags();
            }

            if (version >= 3) writer.WriteInt32(Operations);
            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
