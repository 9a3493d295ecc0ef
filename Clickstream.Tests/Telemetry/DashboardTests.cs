using System.Globalization;
using Clickstream.Cli;
using Clickstream.Tests.Indexer;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Telemetry;

/// <summary>
/// What leaves running services by OTLP, with the environment that Aspire injects, is what Aspire's dashboard shows throughput, traces
/// and logs from.
/// </summary>
public sealed class DashboardTests(LocalInfrastructure local) : IDisposable
{
    const int Events = 3000;
    const int Partitions = 2;

    readonly TempFolder _folder = new();
    readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_dashboard_gets_throughput_traces_and_logs_under_the_names_that_Aspire_gave()
    {
        await using var dashboard = await OtlpReceiver.StartAsync(_stop);
        var (topic, brokers, database) = (await local.CreateTopicAsync(Partitions, _stop), await local.BootstrapServersAsync(_stop), await local.CreateDatabaseAsync(_stop));
        await using var indexing = new IndexerHarness(await local.OpenSearchUriAsync(_stop), brokers, new(brokers, database, topic), database);
        var pipeline = indexing.Pipeline;
        Add(pipeline.Settings, Injected(dashboard, "grpc", "consumer", "c1"));
        Add(indexing.Settings, Injected(dashboard, "http/protobuf", "indexer", "i1"));
        var (consumer, indexer) = (pipeline.StartConsumer(), indexing.Start());
        await RunProducerAsync(dashboard, topic);
        await pipeline.WaitUntilStoredAsync(_stop);
        await indexing.WaitUntilCommittedAsync();
        // A partition's lag is known when its log's end is, with a fetch.
        await Eventually.TrueAsync(() => LagPartitions(dashboard, "clickstream.consumer.lag").Length == Partitions
            && LagPartitions(dashboard, "clickstream.indexer.lag").Length == Partitions);
        // What was not sent yet goes out at the end.
        Assert.All(await Task.WhenAll(consumer.StopAsync(_stop), indexer.StopAsync(_stop)), static code => Assert.Equal(0, code));

        Assert.Equal(["consumer/c1", "indexer/i1", "producer/p1"],
            dashboard.Resources.Select(static resource => $"{resource["service.name"]}/{resource["service.instance.id"]}").Distinct().Order());
        Assert.DoesNotContain(dashboard.Metrics, static metric => metric.Kind == "other");
        AssertMetrics(dashboard, topic, indexing.Indices.Events);
        AssertSpans(dashboard, topic, indexing.Indices.Events);
        foreach (var (service, text) in (ReadOnlySpan<(string, string)>)
            [("consumer", $"consuming {topic} ({Partitions} partitions)"), ("indexer", $"indexing {topic} ({Partitions} partitions)"), ("producer", "Replays ")])
            Assert.Contains(dashboard.Logs, line => line.Service == service && line.Text.StartsWith(text, StringComparison.Ordinal));
    }

    static void AssertMetrics(OtlpReceiver dashboard, string topic, string index)
    {
        var ours = dashboard.Metrics.Where(static metric => metric.Meter.StartsWith("Clickstream.", StringComparison.Ordinal)).ToArray();
        Assert.All(ours, static metric => Assert.True(metric.Description.Length > 0 && metric.Unit.Length > 0, metric.Name));
        Assert.Equal(Events, Latest(dashboard, "messaging.client.sent.messages"));
        Assert.Equal(Events, Latest(dashboard, "clickstream.events.consumed"));
        Assert.Equal(Events, Latest(dashboard, "clickstream.events.stored") + Latest(dashboard, "clickstream.events.duplicate"));
        Assert.Equal(Events, Latest(dashboard, "clickstream.documents.indexed") + Latest(dashboard, "clickstream.documents.duplicate"));
        Assert.True(Latest(dashboard, "clickstream.sessions.opened") > 0);

        Assert.Equal(("{message}", "sum", topic), Describe("messaging.client.sent.messages", "messaging.destination.name"));
        Assert.Equal(("{event}", "sum", ""), Describe("clickstream.events.stored", ""));
        Assert.Equal(("s", "histogram", ""), Describe("clickstream.batch.duration", ""));
        Assert.Equal(("{record}", "histogram", ""), Describe("clickstream.batch.size", ""));
        Assert.Equal(("{document}", "sum", index), Describe("clickstream.documents.indexed", "db.collection.name"));
        Assert.Equal(("s", "histogram", index), Describe("clickstream.bulk.duration", "db.collection.name"));
        Assert.Equal(["0", "1"], LagPartitions(dashboard, "clickstream.consumer.lag"));
        Assert.Equal(["0", "1"], LagPartitions(dashboard, "clickstream.indexer.lag"));

        (string Unit, string Kind, string Tag) Describe(string name, string tag) =>
            ours.Where(metric => metric.Name == name).Select(metric => (metric.Unit, metric.Kind, metric.Tags.GetValueOrDefault(tag, ""))).First();
    }

    static void AssertSpans(OtlpReceiver dashboard, string topic, string index)
    {
        var sent = Spans("producer", $"send {topic}").Select(static span => span.SpanId).ToHashSet();
        // The first second's records of both partitions, at least; and each is found again in a batch of either service.
        Assert.True(sent.Count >= Partitions);
        var batches = AssertBatches("consumer", $"process {topic}");
        AssertBatches("indexer", $"index {index}");
        Assert.All(dashboard.Spans.Where(static span => span.Name == "store"), store =>
            Assert.Contains(batches, batch => batch.SpanId == store.ParentId && batch.TraceId == store.TraceId));

        IEnumerable<SpanRecord> Spans(string service, string name) => dashboard.Spans.Where(span => span.Service == service && span.Name == name);

        SpanRecord[] AssertBatches(string service, string name)
        {
            SpanRecord[] spans = [.. Spans(service, name)];
            Assert.Subset(spans.SelectMany(static batch => batch.Links).ToHashSet(), sent);
            Assert.Equal(Events, spans.Sum(static batch => int.Parse(batch.Tags["messaging.batch.message_count"], CultureInfo.InvariantCulture)));
            return spans;
        }
    }

    static string[] LagPartitions(OtlpReceiver dashboard, string name) =>
        [.. dashboard.Metrics.Where(metric => metric.Kind == "gauge" && metric.Name == name)
            .Select(static metric => metric.Tags["messaging.destination.partition.id"]).Distinct().Order()];

    /// <summary>The value of a counter over all tags as it was sent last: they are cumulative.</summary>
    static double Latest(OtlpReceiver dashboard, string name) =>
        dashboard.Metrics.Where(metric => metric.Name == name)
            .GroupBy(static metric => string.Join(',', metric.Tags.Select(static tag => $"{tag.Key}={tag.Value}").Order()))
            .Sum(static tags => tags.Max(static metric => metric.Value));

    static void Add(Dictionary<string, string> settings, Dictionary<string, string> others)
    {
        foreach (var (name, value) in others)
            settings[name] = value;
    }

    async Task RunProducerAsync(OtlpReceiver dashboard, string topic)
    {
        var file = _folder.File("events.csv");
        await EventFile.WriteAsync(file, Events, seed: 6, static _ => { }, _stop);
        var settings = Injected(dashboard, "http/protobuf", "producer", "p1");
        settings["ConnectionStrings__kafka"] = await local.BootstrapServersAsync(_stop);
        settings["Kafka__Topic"] = topic;
        settings["Producer__File"] = file;
        await using var producer = ChildProcess.StartService("Clickstream.Producer", settings, "--exit-with-parent");
        Assert.True(await producer.WaitForExitAsync(_stop) == 0, producer.Transcript());
    }

    /// <summary>As Aspire injects it in development.</summary>
    static Dictionary<string, string> Injected(OtlpReceiver dashboard, string protocol, string name, string instance) => new(dashboard.Settings(protocol))
    {
        ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=key",
        ["OTEL_SERVICE_NAME"] = name,
        ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance}",
        ["OTEL_TRACES_SAMPLER"] = "always_on",
        ["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based",
        ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
        ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
        ["Kafka__TraceLinks"] = "true",
    };
}
