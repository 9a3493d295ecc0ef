using System.Globalization;
using Clickstream.AppHost.Commands;
using Clickstream.Cli;
using Clickstream.Cli.Benchmark;
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

    // How many of the file's are in the consumers' topic.
    long _rows;

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
        var count = LongRun.SizeOrSkip("CLICKSTREAM_TELEMETRY_EVENTS");
        await using var receiver = await OtlpReceiver.StartAsync(_stop, keep: false);
        var otlp = receiver.Settings("grpc");
        var links = new Dictionary<string, string>(otlp) { ["Kafka__TraceLinks"] = "true" };

        var start = TimeProvider.System.GetTimestamp();
        var topic = await infrastructure.CreateTopicAsync(Partitions, _stop);
        var consumers = new[] { await ConsumerAsync(topic, s_plain), await ConsumerAsync(topic, otlp), await ConsumerAsync(topic, links) };
        var producers = new[] { await ProducerAsync(s_plain), await ProducerAsync(otlp) };
        await EventFile.WriteAsync(Csv, (long)(count + Rounds) * (Rounds + 1), seed: 6, static _ => { }, _stop);
        await RoundAsync(producers, topic, consumers, count);
        await Eventually.TrueAsync(() => TimeProvider.System.GetElapsedTime(start) > s_warmUp, s_limit);

        var rounds = new List<double[]>();
        Console.WriteLine("CPU seconds per million events");
        Console.WriteLine("producer, with OTLP, consumer, with OTLP, with OTLP and links");
        for (var i = 1; i <= Rounds; i++)
        {
            rounds.Add(await RoundAsync(producers, topic, consumers, count + i));
            Console.WriteLine(string.Join("  ", rounds[^1].Select(static cpu => cpu.ToString("0.000", CultureInfo.InvariantCulture))));
        }

        var (producer, consumer) = (Median(static round => round[1] / round[0]), Median(static round => round[3] / round[2]));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"median ratios: producer {producer:0.000}, consumer {consumer:0.000}, with links {Median(static round => round[4] / round[2]):0.000}"));
        Assert.True(producer <= Limit && consumer <= Limit, $"more than {Limit}");

        double Median(Func<double[], double> ratio) => Statistics.Median(rounds.Select(ratio));
    }

    /// <summary>Microseconds an event, which are seconds a million, of each producer and of each consumer.</summary>
    async Task<double[]> RoundAsync(
        (ChildProcess Process, string Address)[] producers, string topic, ChildProcess[] consumers, int count)
    {
        var sent = await Task.WhenAll(producers.Select(producer => MeasureAsync([producer.Process], count, async () =>
        {
            await TrafficControl.ReplayAsync(producer.Address, $"{count}", null, _stop);
            await producer.Process.WaitForErrorAsync(line => line.Contains($"{count} events were acknowledged", StringComparison.Ordinal), _stop);
        })));
        var stored = await MeasureAsync(consumers, count, async () =>
        {
            await FillAsync(topic, count);
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

    /// <summary>Replays the next rows into the consumers' topic, by a producer that nobody looks at.</summary>
    async Task FillAsync(string topic, int count)
    {
        await using var producer = ChildProcess.StartService("Clickstream.Producer", new Dictionary<string, string>
        {
            ["ConnectionStrings__kafka"] = await infrastructure.BootstrapServersAsync(_stop),
            ["Kafka__Topic"] = topic,
            ["Producer__File"] = Csv,
            ["Producer__Offset"] = $"{_rows}",
            ["Producer__Limit"] = $"{count}",
        }, "--exit-with-parent");
        Assert.True(await producer.WaitForExitAsync(_stop) == 0, producer.Transcript());
        _rows += count;
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
        return (producer, await producer.WaitForAddressAsync(_stop));
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
        ChildProcess.CompileAsElsewhere(settings);
        foreach (var (name, value) in telemetry)
            settings[name] = value;
        var process = ChildProcess.Start(ChildProcess.PathOf(service), ["--exit-with-parent"], settings);
        _processes.Add(process);
        return process;
    }
}
