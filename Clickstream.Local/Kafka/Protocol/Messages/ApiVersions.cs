namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>ApiVersions (18). v3: flexible, with the client's name; v4: allows features with a minimum of 0.</summary>
sealed record ApiVersionsRequest(string? ClientSoftwareName, string? ClientSoftwareVersion) : IKafkaRequest<ApiVersionsRequest>
{
    public static ApiVersionRange Versions => new(ApiKey.ApiVersions, 0, 4, FlexibleFrom: 3);

    public static ApiVersionsRequest Read(ref KafkaReader reader, short version)
    {
        if (version < 3) return new(null, null);
        var request = new ApiVersionsRequest(reader.ReadString(), reader.ReadString());
        reader.SkipTags();
        return request;
    }
}

sealed record ApiVersionsResponse(ErrorCode Error, IReadOnlyCollection<ApiVersionRange> Apis) : IKafkaResponse
{
    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteError(Error);
        writer.WriteArrayLength(Apis.Count);
        foreach (var api in Apis)
        {
            writer.WriteInt16((short)api.Key);
            writer.WriteInt16(api.Min);
            writer.WriteInt16(api.Max);
            writer.WriteTags();
        }

        if (version >= 1) writer.WriteInt32(0); // throttle time
        writer.WriteTags();
    }
}
