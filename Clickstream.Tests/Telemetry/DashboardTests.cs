using Clickstream.Core.Events;
using Clickstream.Tests.EndToEnd;
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

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task The_dashboard_gets_throughput_traces_and_logs_under_the_names_that_Aspire_gave(string protocol)
    {
        await using var dashboard = await OtlpReceiver.StartAsync(protocol == "grpc", _stop);
        var topic = await local.CreateTopicAsync(Partitions, _stop);
        await using var pipeline = new PipelineHarness(await local.BootstrapServersAsync(_stop), await local.CreateDatabaseAsync(_stop), topic);
        foreach (var (name, value) in Injected(dashboard, protocol, "consumer", "c1"))
            pipeline.Settings[name] = value;
        var consumer = pipeline.StartConsumer();
        await RunProducerAsync(dashboard, protocol, topic);
        await pipeline.WaitUntilStoredAsync(_stop);
        // A partition's lag is known when its log's end is, with a fetch.
        await Eventually.TrueAsync(() => LagPartitions(dashboard).Length == Partitions && dashboard.Spans.Any(static span => span.Name == "store"));
        // What was not sent yet goes out at the end.
        Assert.Equal(0, await consumer.StopAsync(_stop));

        Assert.Equal(["consumer/c1", "producer/p1"],
            dashboard.Resources.Select(static resource => $"{resource["service.name"]}/{resource["service.instance.id"]}").Distinct().Order());
        Assert.DoesNotContain(dashboard.Metrics, static metric => metric.Kind == "other");
        AssertMetrics(dashboard, topic);
        AssertSpans(dashboard, topic);
        Assert.Contains(dashboard.Logs, line => line.Service == "consumer" && line.Text.StartsWith($"consuming {topic} ({Partitions} partitions)", StringComparison.Ordinal));
        Assert.Contains(dashboard.Logs, static line => line.Service == "producer" && line.Text.StartsWith("Replays ", StringComparison.Ordinal));
    }

    void AssertMetrics(OtlpReceiver dashboard, string topic)
    {
        var ours = dashboard.Metrics.Where(static metric => metric.Meter.StartsWith("Clickstream.", StringComparison.Ordinal)).ToArray();
        Assert.All(ours, static metric => Assert.True(metric.Description.Length > 0 && metric.Unit.Length > 0, metric.Name));
        Assert.Equal(Events, Latest(dashboard, "messaging.client.sent.messages"));
        Assert.Equal(Events, Latest(dashboard, "clickstream.events.consumed"));
        Assert.Equal(Events, Latest(dashboard, "clickstream.events.stored") + Latest(dashboard, "clickstream.events.duplicate"));
        Assert.True(Latest(dashboard, "clickstream.sessions.opened") > 0);

        Assert.Equal(("{message}", "sum", topic), Describe("messaging.client.sent.messages", "messaging.destination.name"));
        Assert.Equal(("{event}", "sum", ""), Describe("clickstream.events.stored", ""));
        Assert.Equal(("s", "histogram", ""), Describe("clickstream.batch.duration", ""));
        Assert.Equal(("{record}", "histogram", ""), Describe("clickstream.batch.size", ""));
        Assert.Equal(["0", "1"], LagPartitions(dashboard));

        (string Unit, string Kind, string Tag) Describe(string name, string tag) =>
            ours.Where(metric => metric.Name == name).Select(metric => (metric.Unit, metric.Kind, metric.Tags.GetValueOrDefault(tag, ""))).First();
    }

    void AssertSpans(OtlpReceiver dashboard, string topic)
    {
        var sent = dashboard.Spans.Where(span => span.Service == "producer" && span.Name == $"send {topic}").ToArray();
        var batches = dashboard.Spans.Where(span => span.Service == "consumer" && span.Name == $"process {topic}").ToArray();
        // The first second's records of both partitions, at least; and each is found again in a batch.
        Assert.True(sent.Length >= Partitions);
        var linked = batches.SelectMany(static batch => batch.Links).ToHashSet();
        Assert.Subset(linked, sent.Select(static span => span.SpanId).ToHashSet());
        Assert.Equal(Events, batches.Sum(static batch => int.Parse(batch.Tags["messaging.batch.message_count"], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(dashboard.Spans.Where(static span => span.Name == "store"), store =>
            Assert.Contains(batches, batch => batch.SpanId == store.ParentId && batch.TraceId == store.TraceId));
    }

    static string[] LagPartitions(OtlpReceiver dashboard) =>
        [.. dashboard.Metrics.Where(static metric => metric is { Name: "clickstream.consumer.lag", Kind: "gauge" })
            .Select(static metric => metric.Tags["messaging.destination.partition.id"]).Distinct().Order()];

    /// <summary>The value of a counter over all tags as it was sent last: they are cumulative.</summary>
    static double Latest(OtlpReceiver dashboard, string name) =>
        dashboard.Metrics.Where(metric => metric.Name == name).Select(static metric => metric.Value).DefaultIfEmpty().Max();

    async Task RunProducerAsync(OtlpReceiver dashboard, string protocol, string topic)
    {
        var file = _folder.File("events.csv");
        await using (var csv = File.Create(file))
        {
            csv.Write(EventCsv.Header);
            csv.Write("\n"u8);
            var row = new byte[EventCsv.MaxRowLength];
            foreach (var e in RetailGenerator.Generate(Events, seed: 6))
                csv.Write(row.AsSpan(0, EventCsv.WriteRow(e, row)));
        }
        var settings = Injected(dashboard, protocol, "producer", "p1");
        settings["ConnectionStrings__kafka"] = await local.BootstrapServersAsync(_stop);
        settings["Kafka__Topic"] = topic;
        settings["Producer__File"] = file;
        await using var producer = ChildProcess.StartService("Clickstream.Producer", settings, "--exit-with-parent");
        Assert.True(await producer.WaitForExitAsync(_stop) == 0, producer.Transcript());
    }

    /// <summary>As Aspire injects it in development.</summary>
    static Dictionary<string, string> Injected(OtlpReceiver dashboard, string protocol, string name, string instance) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = dashboard.Endpoint,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=key",
        ["OTEL_SERVICE_NAME"] = name,
        ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance}",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_TRACES_SAMPLER"] = "always_on",
        ["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based",
        ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
        ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
        ["Kafka__TraceLinks"] = "true",
    };
}
