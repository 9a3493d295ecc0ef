using System.Diagnostics;
using Clickstream.OpenSearchIndexer.Events;

namespace Clickstream.OpenSearchIndexer.Telemetry;

/// <summary>The spans of source <c>Clickstream.OpenSearchIndexer</c>: one a batch, linked to those of the producers.</summary>
static class IndexerTraces
{
    const string SourceName = "Clickstream.OpenSearchIndexer";

    static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins a batch's span; null where nobody takes spans.</summary>
    public static Activity? StartBatch(EventBatch batch, string topic, string index)
    {
        if (!s_source.HasListeners())
            return null;
        var span = s_source.StartActivity($"index {index}", ActivityKind.Consumer, default(ActivityContext),
            links: batch.Traces.ToLinks());
        return span?.SetTag("messaging.system", "kafka").SetTag("messaging.operation.name", "process").SetTag("messaging.operation.type", "process")
            .SetTag("messaging.destination.name", topic).SetTag("messaging.batch.message_count", batch.Count)
            .SetTag("db.system.name", "opensearch").SetTag("db.collection.name", index);
    }
}
