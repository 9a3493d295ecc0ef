namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>Where a config's value comes from, by Kafka's numbers.</summary>
enum ConfigSource : sbyte
{
    DynamicTopic = 1,
    StaticBroker = 4,
    Default = 5,
}

/// <summary>The type of a config's value, by Kafka's numbers.</summary>
enum ConfigType : sbyte
{
    String = 2,
    Int = 3,
    Long = 5,
    List = 7,
}

/// <summary>One config as it is told to clients.</summary>
readonly record struct ConfigEntry(string Name, string? Value, ConfigSource Source, ConfigType Type, string Documentation, bool ReadOnly = false);

/// <summary>DescribeConfigs (32). v1: synonyms; v3: documentation and types; v4: flexible.</summary>
sealed record DescribeConfigsRequest(List<DescribeConfigsRequest.Resource> Resources, bool IncludeDocumentation)
    : IKafkaRequest<DescribeConfigsRequest>
{
    public const sbyte TopicResource = 2, BrokerResource = 4;

    public readonly record struct Resource(sbyte Type, string Name, List<string>? Keys);

    public static ApiVersionRange Versions => new(ApiKey.DescribeConfigs, 1, 4, FlexibleFrom: 4);

    public static DescribeConfigsRequest Read(ref KafkaReader reader, short version)
    {
        var resources = reader.ReadArray(static (ref r) =>
        {
            var resource = new Resource(r.ReadInt8(), r.ReadString(), r.ReadNullableArray(static (ref k) => k.ReadString()));
            r.SkipTags();
            return resource;
        });
        reader.ReadBoolean(); // synonyms: a value has one source here
        var request = new DescribeConfigsRequest(resources, version >= 3 && reader.ReadBoolean());
        reader.SkipTags();
        return request;
    }
}

sealed record DescribeConfigsResponse(List<DescribeConfigsResponse.Resource> Resources, bool IncludeDocumentation) : IKafkaResponse
{
    public readonly record struct Resource(sbyte Type, string Name, ErrorCode Error, string? Message, List<ConfigEntry> Configs);

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
            writer.WriteArrayLength(resource.Configs.Count);
            foreach (var config in resource.Configs)
            {
                writer.WriteString(config.Name);
                writer.WriteString(config.Value);
                writer.WriteBoolean(config.ReadOnly);
                writer.WriteInt8((sbyte)config.Source);
                writer.WriteBoolean(false); // sensitive
                writer.WriteArrayLength(0); // synonyms
                if (version >= 3)
                {
                    writer.WriteInt8((sbyte)config.Type);
                    writer.WriteString(IncludeDocumentation ? config.Documentation : null);
                }

                writer.WriteTags();
            }

            writer.WriteTags();
        }

        writer.WriteTags();
    }
}
