namespace Clickstream.Core.Settings;

/// <summary>Section <c>Indexer</c>.</summary>
/// <param name="GroupId">Kafka consumer group; a new one indexes the topic from its start.</param>
/// <param name="MaxBulkDocuments">The most documents that one bulk request holds; how many it really holds follows what the cluster takes.</param>
/// <param name="MaxBulkBytes">A bulk request that has reached this size takes no further document.</param>
/// <param name="MaxBulksInFlight">Bulk requests that are under way at the same time.</param>
/// <param name="Gzip">Bulk requests are compressed: less to transfer, more to compute.</param>
/// <param name="Sessions">The table of sessions is indexed, too.</param>
/// <param name="MaxFutureSkew">The consumer's own setting: both must have the same events.</param>
public sealed record IndexerOptions(
    string GroupId, int MaxBulkDocuments, int MaxBulkBytes, int MaxBulksInFlight, bool Gzip, bool Sessions, TimeSpan MaxFutureSkew)
{
    /// <summary>Reads the section.</summary>
    public static IndexerOptions Read(SettingsReader settings) => new(
        settings.Text("Indexer:GroupId", "clickstream-opensearch", "1 to 255 characters", static text => text.Length <= 255)!,
        (int)settings.Integer("Indexer:MaxBulkDocuments", 10_000, 1, 100_000),
        (int)settings.Integer("Indexer:MaxBulkBytes", 8 * 1024 * 1024, 64 * 1024, 100 * 1024 * 1024),
        (int)settings.Integer("Indexer:MaxBulksInFlight", 2, 1, 16),
        settings.Flag("Indexer:Gzip", false),
        settings.Flag("Indexer:Sessions", true),
        ConsumerOptions.ReadMaxFutureSkew(settings));
}
