using System.Globalization;
using Clickstream.Local.Kafka.Protocol.Messages;

namespace Clickstream.Local.Kafka.Log;

/// <summary>The configs a topic may have here: those that mean something to a single broker, by Kafka's names and with its defaults.</summary>
static class TopicConfig
{
    static readonly Definition[] s_definitions =
    [
        new("cleanup.policy", ConfigType.List, "delete", OneOf("delete"), "What happens to old segments. There is no compaction."),
        new("compression.type", ConfigType.String, "producer", OneOf("producer"), "Batches are kept as the producer compressed them."),
        new("max.message.bytes", ConfigType.Int, "1048588", Range(0, int.MaxValue), "The largest batch that is taken."),
        new("message.timestamp.after.max.ms", ConfigType.Long, "3600000", Range(0, long.MaxValue),
            "How far ahead of the broker's clock a timestamp may be."),
        new("message.timestamp.type", ConfigType.String, "CreateTime", OneOf("CreateTime"), "A record's timestamp is the producer's."),
        new("min.insync.replicas", ConfigType.Int, "1", Range(1, 1), "There is one replica."),
        new("retention.bytes", ConfigType.Long, "-1", Range(-1, long.MaxValue),
            "The size of a partition up to which old segments are kept; -1: no limit."),
        new("retention.ms", ConfigType.Long, "604800000", Range(-1, long.MaxValue),
            "The age up to which old segments are kept; -1: no limit."),
        new("segment.bytes", ConfigType.Int, "134217728", Range(1024 * 1024, int.MaxValue), "The size at which a new segment is begun."),
    ];

    sealed record Definition(string Name, ConfigType Type, string Default, Func<string, string?> Check, string Documentation);

    /// <summary>Null if all is well, or one line that names the config, the value and what is allowed.</summary>
    public static string? Check(IEnumerable<KeyValuePair<string, string?>> configs)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in configs)
        {
            if (!seen.Add(name)) return $"config {name} is given twice";
            if (Array.Find(s_definitions, d => d.Name == name) is not { } definition) return $"Unknown topic config name: {name}";
            if (value is null) return $"Null value not supported for topic configs: {name}";
            if (definition.Check(value) is { } allowed) return $"Invalid value {value} for configuration {name}: allowed is {allowed}";
        }

        return null;
    }

    /// <summary>Whether there is a config of that name.</summary>
    public static bool IsKnown(string name) => Array.Exists(s_definitions, d => d.Name == name);

    /// <summary>The settings of a log out of configs that <see cref="Check"/> has passed.</summary>
    public static LogConfig ToLogConfig(IReadOnlyDictionary<string, string> configs) => new()
    {
        SegmentBytes = (int)Number(configs, "segment.bytes"),
        RetentionMs = Number(configs, "retention.ms"),
        RetentionBytes = Number(configs, "retention.bytes"),
        MaxMessageBytes = (int)Number(configs, "max.message.bytes"),
        MaxTimestampAheadMs = Number(configs, "message.timestamp.after.max.ms"),
    };

    /// <summary>All configs with their values, the topic's own and the defaults.</summary>
    public static IEnumerable<ConfigEntry> Describe(IReadOnlyDictionary<string, string> configs) => s_definitions.Select(d =>
        configs.TryGetValue(d.Name, out var value)
            ? new ConfigEntry(d.Name, value, ConfigSource.DynamicTopic, d.Type, d.Documentation)
            : new ConfigEntry(d.Name, d.Default, ConfigSource.Default, d.Type, d.Documentation));

    static long Number(IReadOnlyDictionary<string, string> configs, string name) => long.Parse(
        configs.TryGetValue(name, out var value) ? value : Array.Find(s_definitions, d => d.Name == name)!.Default,
        CultureInfo.InvariantCulture);

    static Func<string, string?> OneOf(string only) => value => value == only ? null : only;

    static Func<string, string?> Range(long min, long max) => value =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? null
            : $"{min} to {max}";
}
