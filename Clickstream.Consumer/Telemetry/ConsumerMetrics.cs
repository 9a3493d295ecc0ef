using System.Diagnostics.Metrics;
using Clickstream.Consumer.Storage;

namespace Clickstream.Consumer.Telemetry;

/// <summary>The instruments of meter <c>Clickstream.Consumer</c>.</summary>
sealed class ConsumerMetrics
{
    const string MeterName = "Clickstream.Consumer";

    readonly Counter<long> _consumed;
    readonly Counter<long> _stored;
    readonly Counter<long> _duplicates;
    readonly Counter<long> _deadLetters;
    readonly Counter<long> _forwarded;
    readonly Counter<long> _lost;
    readonly Counter<long> _sessionsOpened;
    readonly Counter<long> _sessionsUpdated;
    readonly Counter<long> _sessionsMerged;
    readonly Histogram<long> _batchSize;
    readonly Histogram<double> _batchDuration;

    public ConsumerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _consumed = meter.CreateCounter<long>("clickstream.events.consumed", "{event}", "Records taken from Kafka and settled: stored, duplicate or dead letter");
        _stored = meter.CreateCounter<long>("clickstream.events.stored", "{event}", "Distinct events stored in PostgreSQL");
        _duplicates = meter.CreateCounter<long>("clickstream.events.duplicate", "{event}", "Events that were stored before");
        _deadLetters = meter.CreateCounter<long>("clickstream.events.dead_lettered", "{event}", "Records that are not valid events");
        _forwarded = meter.CreateCounter<long>("clickstream.events.forwarded", "{event}", "Records that were in another partition than their visitor's and were sent on to that");
        _lost = meter.CreateCounter<long>("clickstream.events.lost", "{event}", "Offsets that retention deleted before they were read");
        _sessionsOpened = meter.CreateCounter<long>("clickstream.sessions.opened", "{session}", "Sessions stored for the first time");
        _sessionsUpdated = meter.CreateCounter<long>("clickstream.sessions.updated", "{session}", "Stored sessions that changed");
        _sessionsMerged = meter.CreateCounter<long>("clickstream.sessions.merged", "{session}", "Stored sessions that became part of another");
        _batchSize = meter.CreateHistogram<long>("clickstream.batch.size", "{record}", "Records per transaction");
        _batchDuration = meter.CreateHistogram<double>("clickstream.batch.duration", "s", "Time from taking a batch to its commit");
        meter.CreateObservableGauge("clickstream.consumer.lag", () => LagSource(), "{record}", "Records in the log that are not stored yet, by partition");
    }

    /// <summary>Gives the lag of each partition that is assigned now.</summary>
    public Func<IEnumerable<Measurement<long>>> LagSource { get; set; } = static () => [];

    public void BatchStored(in StoredCounts counts, TimeSpan duration)
    {
        _consumed.Add(counts.Records);
        _stored.Add(counts.Events);
        _duplicates.Add(counts.Duplicates);
        _deadLetters.Add(counts.DeadLetters);
        _sessionsOpened.Add(counts.SessionsOpened);
        _sessionsUpdated.Add(counts.SessionsUpdated);
        _sessionsMerged.Add(counts.SessionsMerged);
        _batchSize.Record(counts.Records);
        _batchDuration.Record(duration.TotalSeconds);
    }

    public void Forwarded(int records) => _forwarded.Add(records);

    public void RangeLost(long offsets) => _lost.Add(offsets);
}
