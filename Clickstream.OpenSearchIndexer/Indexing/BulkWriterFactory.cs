using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer.Indexing;

/// <summary>Makes a writer for each loop that writes: they share the cluster's measure, not their buffers.</summary>
sealed class BulkWriterFactory(
    OpenSearchClient client, OpenSearchRetry retry, BulkSize size, IndexerOptions options, IndexerMetrics metrics, TimeProvider time)
{
    public BulkWriter Create(string index) => new(client, retry, size, index, options.Gzip, metrics, time);
}
