using System.Globalization;
using Clickstream.Core.Events;
using Clickstream.Local.Processes;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Telemetry;

/// <summary>
/// What telemetry costs: processor time of producers and of consumers for as many events as the environment variable
/// CLICKSTREAM_TELEMETRY_EVENTS says, five times. Those without and with OTLP run at the same time, so that what else the machine does
/// is the same to them. The receiver is in this process, which is not counted.
/// </summary>
public sealed class TelemetryLongRun(LocalInfrastructure infrastructure) : IDisposable
{
    const int Rounds = 5;
    const int Partitions = 6;
    const int WarmUp = 500_000;
    const double Limit = 1.03;
    static readonly Dictionary<string, string?> s_none = [];

    readonly TempFolder _folder = new();
    readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    string Csv => _folder.File("events.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Costs_three_percent_of_the_processor_time_at_most()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("CLICKSTREAM_TELEMETRY_EVENTS") is { Length: > 0 } text ? text : "0", CultureInfo.InvariantCulture);
        Assert.SkipWhen(count == 0, "CLICKSTREAM_TELEMETRY_EVENTS is not set: no long run");
        await WriteCsvAsync(count);
        await using var receiver = await OtlpReceiver.StartAsync(_stop, keep: false);
        var otlp = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Endpoint("grpc"),
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
        };

        var rounds = new List<Round>();
        Console.WriteLine("CPU seconds per million events: producer, with OTLP; consumer, with OTLP, with OTLP and links");
        for (var i = 0; i < Rounds; i++)
        {
            var produced = await Task.WhenAll(ProduceAsync(s_none), ProduceAsync(otlp));
            var topic = produced[1].Topic;
            var consumed = await Task.WhenAll(
                ConsumeAsync(topic, s_none),
                ConsumeAsync(topic, otlp),
                ConsumeAsync(topic, new Dictionary<string, string?>(otlp) { ["Kafka__TraceLinks"] = "true" }));
            var round = new Round(produced[0].Cpu / count, produced[1].Cpu / count, consumed[0], consumed[1], consumed[2]);
            Console.WriteLine(round);
            rounds.Add(round);
        }

        var (producer, consumer) = (Median(static round => round.ProducerOtlp / round.Producer), Median(static round => round.ConsumerOtlp / round.Consumer));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"median ratio: producer {producer:0.000}, consumer {consumer:0.000}, with links {Median(static round => round.ConsumerLinks / round.Consumer):0.000}"));
        Assert.True(producer <= Limit && consumer <= Limit, $"more than {Limit}");

        double Median(Func<Round, double> ratio) => rounds.Select(ratio).Order().ElementAt(Rounds / 2);
    }

    async Task WriteCsvAsync(int count)
    {
        await using var csv = new BufferedStream(File.Create(Csv));
        csv.Write(EventCsv.Header);
        csv.Write("\n"u8);
        var row = new byte[EventCsv.MaxRowLength];
        foreach (var e in RetailGenerator.Generate(count, seed: 6))
            csv.Write(row.AsSpan(0, EventCsv.WriteRow(e, row)));
    }

    /// <summary>A whole process, from its start to its end.</summary>
    /// <returns>Microseconds, and where the events are.</returns>
    async Task<(double Cpu, string Topic)> ProduceAsync(IReadOnlyDictionary<string, string?> telemetry)
    {
        var topic = await infrastructure.CreateTopicAsync(Partitions, _stop);
        var environment = AsInProduction(telemetry);
        environment["ConnectionStrings__kafka"] = await infrastructure.BootstrapServersAsync(_stop);
        environment["Kafka__Topic"] = topic;
        environment["Producer__File"] = Csv;
        // A shell, which still knows what its child used when that is gone.
        await using var shell = ChildProcess.Start("bash", ["-c", "\"$0\" --exit-with-parent; echo done $?; read", ChildProcess.PathOf("Clickstream.Producer")], environment);
        Assert.Equal("done 0", await shell.WaitForOutputAsync(static line => line.StartsWith("done", StringComparison.Ordinal), _stop));
        return (ProcessTable.ReadStat(shell.Pid)!.Value.EndedChildrenCpuTime.TotalMicroseconds, topic);
    }

    /// <summary>A process that has started and warmed up, until all is stored.</summary>
    /// <returns>Microseconds an event.</returns>
    async Task<double> ConsumeAsync(string topic, IReadOnlyDictionary<string, string?> telemetry)
    {
        var database = await infrastructure.CreateDatabaseAsync(_stop);
        await using var pipeline = new PipelineHarness(await infrastructure.BootstrapServersAsync(_stop), database, topic);
        var environment = AsInProduction(telemetry);
        environment["ConnectionStrings__kafka"] = await infrastructure.BootstrapServersAsync(_stop);
        environment["ConnectionStrings__clickstream"] = database;
        environment["Kafka__Topic"] = topic;
        environment["Consumer__GroupId"] = LocalInfrastructure.UniqueName();
        await using var consumer = ChildProcess.Start(ChildProcess.PathOf("Clickstream.Consumer"), ["--exit-with-parent"], environment);
        await pipeline.WaitUntilSomeStoredAsync(WarmUp, _stop);
        var (stored, cpu) = (await pipeline.StoredOffsetsAsync(_stop), CpuTime());
        await pipeline.WaitUntilStoredAsync(_stop);
        var each = (CpuTime() - cpu).TotalMicroseconds / (await pipeline.StoredOffsetsAsync(_stop) - stored);
        Assert.Equal(0, await consumer.StopAsync(_stop));
        await pipeline.ExecuteAsync("DROP SCHEMA clickstream CASCADE", _stop);
        return each;

        TimeSpan CpuTime() => ProcessTable.ReadStat(consumer.Pid)!.Value.CpuTime;
    }

    /// <summary>Compiled as anywhere else, not as for tests.</summary>
    static Dictionary<string, string?> AsInProduction(IReadOnlyDictionary<string, string?> settings) =>
        new(settings) { ["DOTNET_TieredPGO"] = null, ["DOTNET_TC_CallCountThreshold"] = null };

    /// <summary>Microseconds an event, which are seconds a million.</summary>
    sealed record Round(double Producer, double ProducerOtlp, double Consumer, double ConsumerOtlp, double ConsumerLinks)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Producer:0.000} {ProducerOtlp:0.000}  {Consumer:0.000} {ConsumerOtlp:0.000} {ConsumerLinks:0.000}");
    }
}
