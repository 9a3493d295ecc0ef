using System.Globalization;
using Clickstream.Core.Events;
using Clickstream.Local.Processes;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Telemetry;

/// <summary>
/// What telemetry costs: processor time of a producer and of a consumer for as many events as the environment variable
/// CLICKSTREAM_TELEMETRY_EVENTS says, without and with OTLP in turn, five times. The receiver is in this process, which is not counted.
/// </summary>
public sealed class TelemetryLongRun(LocalInfrastructure infrastructure) : IDisposable
{
    const int Rounds = 5;
    const int Partitions = 6;
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
        await using var receiver = await OtlpReceiver.StartAsync(grpc: true, _stop, keep: false);
        var otlp = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Endpoint,
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
        };

        var rounds = new List<Round>();
        Console.WriteLine("CPU seconds per million events: producer, with OTLP; consumer, with OTLP, with OTLP and links");
        for (var i = 0; i < Rounds; i++)
        {
            var (plain, _) = await ProduceAsync(s_none);
            var (traced, topic) = await ProduceAsync(otlp);
            var round = Round.Of(
                count,
                plain,
                traced,
                await ConsumeAsync(topic, s_none),
                await ConsumeAsync(topic, otlp),
                await ConsumeAsync(topic, new Dictionary<string, string?>(otlp) { ["Kafka__TraceLinks"] = "true" }));
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
    async Task<(TimeSpan Cpu, string Topic)> ProduceAsync(IReadOnlyDictionary<string, string?> telemetry)
    {
        var topic = await infrastructure.CreateTopicAsync(Partitions, _stop);
        var environment = AsInProduction(telemetry);
        environment["ConnectionStrings__kafka"] = await infrastructure.BootstrapServersAsync(_stop);
        environment["Kafka__Topic"] = topic;
        environment["Producer__File"] = Csv;
        // A shell, which still knows what its child used when that is gone.
        await using var shell = ChildProcess.Start("bash", ["-c", "\"$0\" --exit-with-parent; echo done $?; read", ChildProcess.PathOf("Clickstream.Producer")], environment);
        Assert.Equal("done 0", await shell.WaitForOutputAsync(static line => line.StartsWith("done", StringComparison.Ordinal), _stop));
        return (ProcessTable.ReadStat(shell.Pid)!.Value.EndedChildrenCpuTime, topic);
    }

    /// <summary>A process from its start until all is stored.</summary>
    async Task<TimeSpan> ConsumeAsync(string topic, IReadOnlyDictionary<string, string?> telemetry)
    {
        var database = await infrastructure.CreateDatabaseAsync(_stop);
        await using var pipeline = new PipelineHarness(await infrastructure.BootstrapServersAsync(_stop), database, topic);
        var environment = AsInProduction(telemetry);
        environment["ConnectionStrings__kafka"] = await infrastructure.BootstrapServersAsync(_stop);
        environment["ConnectionStrings__clickstream"] = database;
        environment["Kafka__Topic"] = topic;
        environment["Consumer__GroupId"] = LocalInfrastructure.UniqueName();
        await using var consumer = ChildProcess.Start(ChildProcess.PathOf("Clickstream.Consumer"), ["--exit-with-parent"], environment);
        await pipeline.WaitUntilStoredAsync(_stop);
        var cpu = ProcessTable.ReadStat(consumer.Pid)!.Value.CpuTime;
        Assert.Equal(0, await consumer.StopAsync(_stop));
        await pipeline.ExecuteAsync("DROP SCHEMA clickstream CASCADE", _stop);
        return cpu;
    }

    /// <summary>Compiled as anywhere else, not as for tests.</summary>
    static Dictionary<string, string?> AsInProduction(IReadOnlyDictionary<string, string?> settings) =>
        new(settings) { ["DOTNET_TieredPGO"] = null, ["DOTNET_TC_CallCountThreshold"] = null };

    sealed record Round(double Producer, double ProducerOtlp, double Consumer, double ConsumerOtlp, double ConsumerLinks)
    {
        public static Round Of(int events, TimeSpan producer, TimeSpan producerOtlp, TimeSpan consumer, TimeSpan consumerOtlp, TimeSpan consumerLinks)
        {
            return new(PerMillion(producer), PerMillion(producerOtlp), PerMillion(consumer), PerMillion(consumerOtlp), PerMillion(consumerLinks));

            double PerMillion(TimeSpan cpu) => cpu.TotalSeconds / events * 1e6;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Producer:0.000} {ProducerOtlp:0.000}  {Consumer:0.000} {ConsumerOtlp:0.000} {ConsumerLinks:0.000}");
    }
}
