using System.Diagnostics;

namespace Clickstream.OpenSearchIndexer.Telemetry;

/// <summary>The spans of source <c>Clickstream.OpenSearchIndexer</c>: one a batch.</summary>
static class IndexerTraces
{
    public const string SourceName = "Clickstream.OpenSearchIndexer";

    static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins a batch's span; null where nobody takes spans.</summary>
    public static Activity? StartBatch(string topic, string index, int records) => s_source.StartActivity($"index {index}", ActivityKind.Consumer)?
        .SetTag("messaging.system", "kafka").SetTag("messaging.operation.name", "process").SetTag("messaging.operation.type", "process")
        .SetTag("messaging.destination.name", topic).SetTag("messaging.batch.message_count", records)
        .SetTag("db.system.name", "opensearch").SetTag("db.collection.name", index);
}
