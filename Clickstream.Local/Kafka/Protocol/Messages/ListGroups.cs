using Clickstream.Local.Kafka.Groups;

namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>ListGroups (16). v3: flexible; v4: filter by state; v5: filter by type.</summary>
sealed record ListGroupsRequest(List<string> States, List<string> Types) : IKafkaRequest<ListGroupsRequest>
{
    public static ApiVersionRange Versions => new(ApiKey.ListGroups, 0, 5, FlexibleFrom: 3);

    public static ListGroupsRequest Read(ref KafkaReader reader, short version)
    {
        var request = new ListGroupsRequest(
            version >= 4 ? reader.ReadArray(static (ref r) => r.ReadString()) : [],
            version >= 5 ? reader.ReadArray(static (ref r) => r.ReadString()) : []);
        reader.SkipTags();
        return request;
    }
}

sealed record ListGroupsResponse(List<ListGroupsResponse.Group> Groups) : IKafkaResponse
{
    /// <summary>The only kind of group there is here: the one whose members assign the partitions themselves.</summary>
    public const string ClassicType = "classic";

    public readonly record struct Group(string Id, string ProtocolType, GroupState State);

    public void Write(KafkaWriter writer, short version)
    {
        if (version >= 1) writer.WriteInt32(0); // throttle time
        writer.WriteError(ErrorCode.None);
        writer.WriteArrayLength(Groups.Count);
        foreach (var group in Groups)
        {
            writer.WriteString(group.Id);
            writer.WriteString(group.ProtocolType);
            if (version >= 4) writer.WriteString(group.State.ToString());
            if (version >= 5) writer.WriteString(ClassicType);
            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
