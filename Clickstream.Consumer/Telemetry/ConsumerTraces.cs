using System.Diagnostics;
using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Storage;

namespace Clickstream.Consumer.Telemetry;

/// <summary>The spans of source <c>Clickstream.Consumer</c>: one a batch, linked to those of the producers, and one in it for each attempt to store it.</summary>
static class ConsumerTraces
{
    const string SourceName = "Clickstream.Consumer";

    static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins a batch's span; null where nobody takes spans.</summary>
    public static Activity? StartBatch(Batch batch, string topic, string groupId)
    {
        if (!s_source.HasListeners())
            return null;
        var span = s_source.StartActivity($"process {topic}", ActivityKind.Consumer, default(ActivityContext),
            links: batch.Traces.ToLinks());
        span?.SetTag("messaging.system", "kafka").SetTag("messaging.operation.name", "process").SetTag("messaging.operation.type", "process")
            .SetTag("messaging.destination.name", topic).SetTag("messaging.consumer.group.name", groupId)
            .SetTag("messaging.batch.message_count", batch.Count);
        return span;
    }

    /// <summary>Begins the span of a transaction.</summary>
    public static Activity? StartTransaction() =>
        s_source.StartActivity("store", ActivityKind.Client)?.SetTag("db.system.name", "postgresql").SetTag("db.operation.name", "store");

    public static void Stored(Activity? span, in StoredCounts counts) => span?
        .SetTag("clickstream.events.stored", counts.Events).SetTag("clickstream.events.duplicate", counts.Duplicates)
        .SetTag("clickstream.events.dead_lettered", counts.DeadLetters);

    /// <summary>Ends it: what is done about the error is no part of the transaction.</summary>
    public static void Failed(Activity? span, Exception error) => span?
        .SetTag("error.type", error.GetType().FullName).SetStatus(ActivityStatusCode.Error, error.Message.ReplaceLineEndings(" ")).Stop();
}
