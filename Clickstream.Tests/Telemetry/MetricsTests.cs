using System.Diagnostics.Metrics;
using Clickstream.Consumer.Storage;
using Clickstream.Consumer.Telemetry;
using Clickstream.Core.Events;
using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.Producer;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Clickstream.Tests.Telemetry;

/// <summary>Names, units, tags and values, as an exporter gets them. Meters of other tests have other tags, or other values to tell them by.</summary>
public sealed class MetricsTests : IDisposable
{
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void A_consumers_batch_is_counted_by_what_became_of_its_records()
    {
        Assert.Equal(
            [
                "clickstream.batch.duration s histogram sum 1.5",
                "clickstream.batch.size {record} histogram sum 9007",
                "clickstream.consumer.lag {record} gauge messaging.destination.partition.id=3 42",
                "clickstream.events.consumed {event} sum 9007",
                "clickstream.events.dead_lettered {event} sum 7",
                "clickstream.events.duplicate {event} sum 1000",
                "clickstream.events.forwarded {event} sum 5",
                "clickstream.events.lost {event} sum 6",
                "clickstream.events.stored {event} sum 8000",
                "clickstream.sessions.merged {session} sum 3",
                "clickstream.sessions.opened {session} sum 1",
                "clickstream.sessions.updated {session} sum 2",
            ],
            Collect("Clickstream.Consumer", services =>
            {
                var metrics = new ConsumerMetrics(services)
                {
                    LagSource = static () => [new Measurement<long>(42, new KeyValuePair<string, object?>("messaging.destination.partition.id", 3))],
                };
                metrics.BatchStored(new StoredCounts(8000, 1000, 7, 1, 2, 3), TimeSpan.FromSeconds(1.5));
                metrics.Forwarded(5);
                metrics.RangeLost(6);
            }));
    }

    [Fact]
    public void A_producers_events_are_counted_when_they_are_acknowledged_and_what_is_no_event_by_reason()
    {
        var topic = LocalInfrastructure.UniqueName();
        Assert.Equal(
            [
                "clickstream.producer.events.rejected {event} sum error.type=AwayFromHome 1",
                "clickstream.producer.events.rejected {event} sum error.type=Future 2",
                $"messaging.client.sent.messages {{message}} sum messaging.destination.name={topic} messaging.operation.name=send messaging.system=kafka 3",
            ],
            Collect("Clickstream.Producer", services =>
            {
                var metrics = new ProducerMetrics(services, KafkaOptions.Read(new(key => key == "Kafka:Topic" ? topic : null)));
                for (var i = 0; i < 3; i++)
                    metrics.EventAcknowledged();
                // Reasons that no row has, so these are not other tests' rows.
                metrics.RowRejected(EventError.Future);
                metrics.RowRejected(EventError.Future);
                metrics.RowRejected(EventError.AwayFromHome);
            }).Where(line => line.Contains(topic, StringComparison.Ordinal) || line.Contains("Future", StringComparison.Ordinal) || line.Contains("AwayFromHome", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_indexers_documents_are_counted_by_index_and_its_lag_by_partition()
    {
        var index = LocalInfrastructure.UniqueName();
        Assert.Equal(
            [
                "clickstream.bulk.duration s histogram db.collection.name=INDEX sum 0.25",
                "clickstream.bulk.size {document} histogram db.collection.name=INDEX sum 10",
                "clickstream.documents.dead_lettered {document} sum db.collection.name=INDEX 1",
                "clickstream.documents.duplicate {document} sum db.collection.name=INDEX 2",
                "clickstream.documents.indexed {document} sum db.collection.name=INDEX 7",
                "clickstream.documents.retried {document} sum db.collection.name=INDEX 3",
                "clickstream.indexer.lag {record} gauge messaging.destination.partition.id=INDEX 42",
            ],
            Collect("Clickstream.OpenSearchIndexer", services =>
            {
                var metrics = new IndexerMetrics(services)
                {
                    // No number: those of other tests have that.
                    LagSource = () => [new Measurement<long>(42, new KeyValuePair<string, object?>("messaging.destination.partition.id", index))],
                };
                metrics.BulkAnswered(index, 10, TimeSpan.FromSeconds(0.25));
                metrics.Indexed(index, 7);
                metrics.Duplicates(index, 2);
                metrics.Retried(index, 3);
                metrics.DeadLettered(index, 1);
            }).Where(line => line.Contains(index, StringComparison.Ordinal)).Select(line => line.Replace(index, "INDEX", StringComparison.Ordinal)));
    }

    List<string> Collect(string meter, Action<IMeterFactory> measure)
    {
        var exported = new List<Metric>();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter).AddInMemoryExporter(exported).Build();
        measure(_services.GetRequiredService<IMeterFactory>());
        provider.ForceFlush();
        var lines = new List<string>();
        foreach (var metric in exported)
        {
            Assert.NotEmpty(metric.Description);
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var (kind, value) = metric.MetricType switch
                {
                    MetricType.Histogram => ("histogram", FormattableString.Invariant($"sum {point.GetHistogramSum()}")),
                    MetricType.LongGauge => ("gauge", FormattableString.Invariant($"{point.GetGaugeLastValueLong()}")),
                    _ => ("sum", FormattableString.Invariant($"{point.GetSumLong()}")),
                };
                var tags = new List<string>();
                foreach (var tag in point.Tags)
                    tags.Add($"{tag.Key}={tag.Value}");
                tags.Sort(StringComparer.Ordinal);
                lines.Add(string.Join(' ', [metric.Name, metric.Unit, kind, .. tags, value]));
            }
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
