using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Settings;

/// <summary>Every setting that there is, with its default, as the code that reads them tells.</summary>
static class KnownSettings
{
    /// <summary>Keys in their order, and defaults; null where there is none.</summary>
    public static IReadOnlyList<(string Key, string? Default)> All { get; } = Collect();

    static List<(string Key, string? Default)> Collect()
    {
        List<(string Key, string? Default)> known =
        [
            (ConnectionKey.Kafka, null), (ConnectionKey.Database, null), (ConnectionKey.Valkey, null), (ConnectionKey.OpenSearch, null),
        ];
        var reader = new SettingsReader(static _ => null, (key, byDefault) =>
        {
            if (!known.Any(setting => setting.Key == key))
                known.Add((key, byDefault));
        });
        KafkaOptions.Read(reader);
        PostgresOptions.Read(reader);
        ValkeyOptions.Read(reader);
        SessionsOptions.Read(reader);
        ConsumerOptions.Read(reader);
        OpenSearchOptions.Read(reader);
        known.Add((ServerSettings.DashboardsUrl, null));
        IndexerOptions.Read(reader);
        ProducerOptions.Read(reader);
        return known;
    }
}
