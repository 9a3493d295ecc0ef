using System.Diagnostics.Metrics;

namespace Clickstream.OpenSearchIndexer.Telemetry;

/// <summary>The instruments of meter <c>Clickstream.OpenSearchIndexer</c>. Documents are counted by index.</summary>
sealed class IndexerMetrics
{
    const string MeterName = "Clickstream.OpenSearchIndexer";

    readonly Counter<long> _indexed;
    readonly Counter<long> _duplicates;
    readonly Counter<long> _retried;
    readonly Counter<long> _deadLetters;
    readonly Counter<long> _skipped;
    readonly Histogram<long> _bulkSize;
    readonly Histogram<double> _bulkDuration;

    public IndexerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _indexed = meter.CreateCounter<long>("clickstream.documents.indexed", "{document}", "Documents that OpenSearch took, or deleted");
        _duplicates = meter.CreateCounter<long>("clickstream.documents.duplicate", "{document}", "Documents that were there already, or in a later version");
        _retried = meter.CreateCounter<long>("clickstream.documents.retried", "{document}", "Documents that had to be sent again");
        _deadLetters = meter.CreateCounter<long>("clickstream.documents.dead_lettered", "{document}", "Records that are no events, and documents that OpenSearch refused");
        _skipped = meter.CreateCounter<long>("clickstream.events.lost", "{event}", "Offsets that were gone before they were indexed");
        _bulkSize = meter.CreateHistogram<long>("clickstream.bulk.size", "{document}", "Documents per bulk request");
        _bulkDuration = meter.CreateHistogram<double>("clickstream.bulk.duration", "s", "Time from sending a bulk request to its answer");
        meter.CreateObservableGauge("clickstream.indexer.lag", () => LagSource(), "{record}", "Records in the log that are not indexed yet, by partition");
    }

    /// <summary>Gives the lag of each partition that is assigned now.</summary>
    public Func<IEnumerable<Measurement<long>>> LagSource { get; set; } = static () => [];

    public void BulkAnswered(string index, int documents, TimeSpan duration)
    {
        _bulkSize.Record(documents, Of(index));
        _bulkDuration.Record(duration.TotalSeconds, Of(index));
    }

    public void Indexed(string index, int documents) => _indexed.Add(documents, Of(index));

    public void Duplicates(string index, int documents) => _duplicates.Add(documents, Of(index));

    public void Retried(string index, int documents) => _retried.Add(documents, Of(index));

    public void DeadLettered(string index, int documents) => _deadLetters.Add(documents, Of(index));

    public void Skipped(long offsets) => _skipped.Add(offsets);

    static KeyValuePair<string, object?> Of(string index) => new("db.collection.name", index);
}
