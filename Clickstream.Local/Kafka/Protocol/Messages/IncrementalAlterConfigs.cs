namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>IncrementalAlterConfigs (44): changes single configs. v1: flexible.</summary>
sealed record IncrementalAlterConfigsRequest(List<IncrementalAlterConfigsRequest.Resource> Resources, bool ValidateOnly)
    : IKafkaRequest<IncrementalAlterConfigsRequest>
{
    public enum Operation : sbyte
    {
        Set = 0,
        Delete = 1,
        Append = 2,
        Subtract = 3,
    }

    public readonly record struct Resource(sbyte Type, string Name, List<Config> Configs);

    public readonly record struct Config(string Name, Operation Operation, string? Value);

    public static ApiVersionRange Versions => new(ApiKey.IncrementalAlterConfigs, 0, 1, FlexibleFrom: 1);

    public static IncrementalAlterConfigsRequest Read(ref KafkaReader reader, short version)
    {
        var resources = reader.ReadArray(static (ref r) =>
        {
            var resource = new Resource(r.ReadInt8(), r.ReadString(), r.ReadArray(static (ref c) =>
            {
                var config = new Config(c.ReadString(), (Operation)c.ReadInt8(), c.ReadNullableString());
                c.SkipTags();
                return config;
            }));
            r.SkipTags();
            return resource;
        });
        var request = new IncrementalAlterConfigsRequest(resources, reader.ReadBoolean());
        reader.SkipTags();
        return request;
    }
}

sealed record IncrementalAlterConfigsResponse(List<IncrementalAlterConfigsResponse.Resource> Resources) : IKafkaResponse
{
    public readonly record struct Resource(sbyte Type, string Name, ErrorCode Error, string? Message);

    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteInt32(0); // throttle time
        writer.WriteArrayLength(Resources.Count);
        foreach (var resource in Resources)
        {
            writer.WriteError(resource.Error);
            writer.WriteString(resource.Message);
            writer.WriteInt8(resource.Type);
            writer.WriteString(resource.Name);
            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
