using System.Globalization;
using Clickstream.AppHost.Commands;
using Clickstream.Core.Events;
using Clickstream.Local.Processes;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Telemetry;

/// <summary>
/// What telemetry costs services that have been running for a while: processor time of producers and of consumers for as many events as
/// the environment variable CLICKSTREAM_TELEMETRY_EVENTS says, five times. Those without and with OTLP work at the same time, so that
/// whatever else the machine does is the same to them. The receiver is in this process, which is not counted. What links to the spans of
/// what was sent cost is shown beside it: that is why they are a setting of its own, on under the AppHost only.
/// </summary>
public sealed class TelemetryLongRun(LocalInfrastructure infrastructure) : IAsyncDisposable
{
    const int Rounds = 5;
    const int Partitions = 6;
    const double Limit = 1.03;

    // What sends the telemetry is compiled anew once it has run thirty times, and it runs once a second.
    static readonly TimeSpan s_warmUp = TimeSpan.FromMinutes(1);
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);
    static readonly Dictionary<string, string> s_plain = [];

    readonly TempFolder _folder = new();
    readonly List<PipelineHarness> _pipelines = [];
    readonly List<ChildProcess> _processes = [];
    readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    string Csv => _folder.File("events.csv");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        foreach (var pipeline in _pipelines)
            await pipeline.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Costs_three_percent_of_the_processor_time_at_most()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("CLICKSTREAM_TELEMETRY_EVENTS") is { Length: > 0 } text ? text : "0", CultureInfo.InvariantCulture);
        Assert.SkipWhen(count == 0, "CLICKSTREAM_TELEMETRY_EVENTS is not set: no long run");
        await using var receiver = await OtlpReceiver.StartAsync(_stop, keep: false);
        // As often as Aspire has them sent.
        var otlp = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Endpoint("grpc"),
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
        };
        var links = new Dictionary<string, string>(otlp) { ["Kafka__TraceLinks"] = "true" };

        var start = TimeProvider.System.GetTimestamp();
        var topic = await infrastructure.CreateTopicAsync(Partitions, _stop);
        var consumers = new[] { await ConsumerAsync(topic, s_plain), await ConsumerAsync(topic, otlp), await ConsumerAsync(topic, links) };
        var producers = new[] { await ProducerAsync(s_plain), await ProducerAsync(otlp) };
        using var events = RetailGenerator.Generate((long)(count + Rounds) * (Rounds + 1), seed: 6).GetEnumerator();
        await RoundAsync(producers, topic, consumers, events, count);
        await Eventually.TrueAsync(() => TimeProvider.System.GetElapsedTime(start) > s_warmUp, s_limit);

        var rounds = new List<double[]>();
        Console.WriteLine("CPU seconds per million events");
        Console.WriteLine("producer, with OTLP, consumer, with OTLP, with OTLP and links");
        for (var i = 1; i <= Rounds; i++)
        {
            rounds.Add(await RoundAsync(producers, topic, consumers, events, count + i));
            Console.WriteLine(string.Join("  ", rounds[^1].Select(static cpu => cpu.ToString("0.000", CultureInfo.InvariantCulture))));
        }

        var (producer, consumer) = (Median(static round => round[1] / round[0]), Median(static round => round[3] / round[2]));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"median ratios: producer {producer:0.000}, consumer {consumer:0.000}, with links {Median(static round => round[4] / round[2]):0.000}"));
        Assert.True(producer <= Limit && consumer <= Limit, $"more than {Limit}");

        double Median(Func<double[], double> ratio) => rounds.Select(ratio).Order().ElementAt(Rounds / 2);
    }

    /// <summary>Microseconds an event, which are seconds a million, of each producer and of each consumer.</summary>
    async Task<double[]> RoundAsync(
        (ChildProcess Process, string Address)[] producers, string topic, ChildProcess[] consumers, IEnumerator<ClickEvent> events, int count)
    {
        var sent = await Task.WhenAll(producers.Select(producer => MeasureAsync([producer.Process], count, async () =>
        {
            await TrafficControl.ReplayAsync(producer.Address, $"{count}", null, _stop);
            await producer.Process.WaitForErrorAsync(line => line.Contains($"{count} events were acknowledged", StringComparison.Ordinal), _stop);
        })));
        await WriteCsvAsync(events, count);
        var stored = await MeasureAsync(consumers, count, async () =>
        {
            await FillAsync(topic);
            foreach (var pipeline in _pipelines)
                await pipeline.WaitUntilStoredAsync(_stop);
        });
        return [.. sent.SelectMany(static cpu => cpu), .. stored];
    }

    static async Task<double[]> MeasureAsync(ChildProcess[] processes, int count, Func<Task> work)
    {
        var before = processes.Select(CpuTime).ToArray();
        await work();
        return [.. processes.Select((process, i) => (CpuTime(process) - before[i]).TotalMicroseconds / count)];

        static TimeSpan CpuTime(ChildProcess process) => ProcessTable.ReadStat(process.Pid)!.Value.CpuTime;
    }

    async Task WriteCsvAsync(IEnumerator<ClickEvent> events, int count)
    {
        await using var csv = new BufferedStream(File.Create(Csv));
        csv.Write(EventCsv.Header);
        csv.Write("\n"u8);
        var row = new byte[EventCsv.MaxRowLength];
        for (var i = 0; i < count && events.MoveNext(); i++)
            csv.Write(row.AsSpan(0, EventCsv.WriteRow(events.Current, row)));
    }

    /// <summary>Replays the file into the consumers' topic, by a producer that nobody looks at.</summary>
    async Task FillAsync(string topic)
    {
        await using var producer = ChildProcess.StartService("Clickstream.Producer", new Dictionary<string, string>
        {
            ["ConnectionStrings__kafka"] = await infrastructure.BootstrapServersAsync(_stop),
            ["Kafka__Topic"] = topic,
            ["Producer__File"] = Csv,
        }, "--exit-with-parent");
        Assert.True(await producer.WaitForExitAsync(_stop) == 0, producer.Transcript());
    }

    async Task<(ChildProcess Process, string Address)> ProducerAsync(IReadOnlyDictionary<string, string> telemetry)
    {
        var producer = Start("Clickstream.Producer", telemetry, new()
        {
            ["ConnectionStrings__kafka"] = await infrastructure.BootstrapServersAsync(_stop),
            ["Kafka__Topic"] = LocalInfrastructure.UniqueName(),
            ["Kafka__Partitions"] = $"{Partitions}",
            ["Producer__Remote"] = "true",
        });
        var started = await producer.WaitForErrorAsync(static line => line.Contains("/alive at ", StringComparison.Ordinal), _stop);
        return (producer, started.Split(' ')[^1]);
    }

    async Task<ChildProcess> ConsumerAsync(string topic, IReadOnlyDictionary<string, string> telemetry)
    {
        var (brokers, database) = (await infrastructure.BootstrapServersAsync(_stop), await infrastructure.CreateDatabaseAsync(_stop));
        _pipelines.Add(new PipelineHarness(brokers, database, topic));
        return Start("Clickstream.Consumer", telemetry, new()
        {
            ["ConnectionStrings__kafka"] = brokers,
            ["ConnectionStrings__clickstream"] = database,
            ["Kafka__Topic"] = topic,
            ["Consumer__GroupId"] = LocalInfrastructure.UniqueName(),
        });
    }

    ChildProcess Start(string service, IReadOnlyDictionary<string, string> telemetry, Dictionary<string, string?> settings)
    {
        // Compiled as anywhere else, not as for tests.
        settings["DOTNET_TieredPGO"] = null;
        settings["DOTNET_TC_CallCountThreshold"] = null;
        foreach (var (name, value) in telemetry)
            settings[name] = value;
        var process = ChildProcess.Start(ChildProcess.PathOf(service), ["--exit-with-parent"], settings);
        _processes.Add(process);
        return process;
    }
}
