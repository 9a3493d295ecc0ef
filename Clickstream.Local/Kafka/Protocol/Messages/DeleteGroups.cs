namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>DeleteGroups (42). v2: flexible.</summary>
sealed record DeleteGroupsRequest(List<string> GroupIds) : IKafkaRequest<DeleteGroupsRequest>
{
    public static ApiVersionRange Versions => new(ApiKey.DeleteGroups, 0, 2, FlexibleFrom: 2);

    public static DeleteGroupsRequest Read(ref KafkaReader reader, short version)
    {
        var request = new DeleteGroupsRequest(reader.ReadArray(static (ref r) => r.ReadString()));
        reader.SkipTags();
        return request;
    }
}

sealed record DeleteGroupsResponse(List<DeleteGroupsResponse.Group> Groups) : IKafkaResponse
{
    public readonly record struct Group(string Id, ErrorCode Error);

    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(Groups.Count);
        foreach (var group in Groups)
        {
            writer.WriteString(group.Id);
            writer.WriteError(group.Error);
            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
