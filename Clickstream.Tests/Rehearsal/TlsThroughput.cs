using System.Globalization;
using System.Text.Json;
using Clickstream.Cli.Benchmark;
using Clickstream.Core.Errors;
using Clickstream.Tests.Cli;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Local.Kafka;
using Npgsql;
using static System.FormattableString;

namespace Clickstream.Tests.Rehearsal;

/// <summary>
/// What TLS costs: <c>benchmark run</c> by turns without and with it, on the same servers, as many pairs of runs as the environment
/// variable CLICKSTREAM_TLS_PAIRS says. Prints a table of medians; a ratio is the median of the pairs', so that a machine whose speed
/// changes does it less harm. Speed decides nothing: the test fails where a run is not verified.
/// </summary>
public sealed class TlsThroughput
{
    const string Events = "500000";
    const string Password = "AVNS_throughput";
    const string Database = "throughput";

    static readonly string[] s_figures = ["events_per_second", "produce_events_per_second", "floor_events_per_second", "consumer", "producer"];

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task On_the_embedded_broker() => MeasureAsync("embedded broker", isReal: false);

    [Fact]
    public Task On_apache_kafka() => MeasureAsync("Apache Kafka", isReal: true);

    static async Task MeasureAsync(string broker, bool isReal)
    {
        var pairs = LongRun.SizeOrSkip("CLICKSTREAM_TLS_PAIRS");
        if (isReal)
            RealKafkaProcess.SkipWithout();

        using var authority = new TestAuthority();
        await using var postgres = await RehearsalPostgres.StartAsync(authority.IssueServer("localhost"), Password, Cancelled, isTlsRequired: false);
        await postgres.AllowCheckpointsAsync(Cancelled);
        await postgres.CreateDatabaseAsync(Database, Cancelled);
        await using var kafka = isReal ? await RehearsalKafka.StartRealAsync(authority, isMeasured: true) : await RehearsalKafka.StartEmbeddedAsync(authority, Cancelled);
        // In the same process: the embedded broker has a single listener.
        await using var plainKafka = isReal ? null : await RehearsalKafka.StartEmbeddedAsync(null, Cancelled);

        using var folder = new TempFolder();
        var plain = Command(folder, kafka.WithoutTls ?? plainKafka!.BootstrapServers, postgres.Port, SslMode.Disable);
        var tls = Command(folder, kafka.BootstrapServers, postgres.Port, SslMode.VerifyFull);
        Trust(tls.Environment, authority);

        var file = folder.File("events.csv");
        await plain.RunAsync(ExitCode.Success, "data", "generate", "--events", Events, "--out", file);
        // Servers that were just started are slow.
        await MeasureAsync(plain, file);
        await MeasureAsync(tls, file);
        var measured = new List<(double[] Plain, double[] Tls)>();
        for (var pair = 0; pair < pairs; pair++)
        {
            // By turns within a pair, too.
            var isPlainFirst = pair % 2 == 0;
            var first = await MeasureAsync(isPlainFirst ? plain : tls, file);
            var second = await MeasureAsync(isPlainFirst ? tls : plain, file);
            measured.Add(isPlainFirst ? (first, second) : (second, first));
        }
        Print($"{broker}, {Events} events, {pairs} pairs of runs", measured);
    }

    static CommandRun Command(TempFolder folder, string kafka, int postgresPort, SslMode mode)
    {
        var command = new CommandRun(folder.File("data"));
        command.Environment["CLICKSTREAM_ENV_FILE"] = "";
        ChildProcess.CompileAsElsewhere(command.Environment);
        command.Environment["ConnectionStrings__kafka"] = kafka;
        command.Environment["ConnectionStrings__clickstream"] = new NpgsqlConnectionStringBuilder
        {
            Host = "localhost",
            Port = postgresPort,
            Username = RehearsalPostgres.User,
            Password = Password,
            Database = Database,
            SslMode = mode,
        }.ConnectionString;
        return command;
    }

    static void Trust(Dictionary<string, string?> environment, TestAuthority authority)
    {
        var client = authority.IssueClient("clickstream");
        environment["Kafka__SslCaPem"] = authority.Pem;
        environment["Kafka__SslCertificatePem"] = client.CertificatePem;
        environment["Kafka__SslKeyPem"] = client.KeyPem;
        environment["Postgres__SslCaPem"] = authority.Pem;
    }

    /// <summary>One run.</summary>
    /// <returns>A value of each of <see cref="s_figures"/>.</returns>
    static async Task<double[]> MeasureAsync(CommandRun command, string file)
    {
        var (output, _) = await command.RunAsync(ExitCode.Success, "benchmark", "run", "--file", file, "--runs", "1", "--json");
        var result = JsonDocument.Parse(output).RootElement;
        Assert.True(result.GetProperty("verified").GetBoolean(), output);
        var cpu = result.GetProperty("cpu_seconds");
        return [.. s_figures.Select(name => (result.TryGetProperty(name, out var figure) ? figure : cpu.GetProperty(name)).GetDouble())];
    }

    static void Print(string title, List<(double[] Plain, double[] Tls)> measured)
    {
        string[] names = ["stored, events/s", "produced, events/s", "store floor, events/s", "consumer, CPU seconds", "producer, CPU seconds"];
        Console.WriteLine($"| {title} | without TLS | with TLS | ratio |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (i, name) in names.Index())
        {
            var format = s_figures[i].EndsWith("per_second", StringComparison.Ordinal) ? "N0" : "0.00";
            var ratio = Median(pair => pair.Tls[i] / pair.Plain[i]);
            Console.WriteLine(Invariant($"| {name} | {Text(Median(pair => pair.Plain[i]))} | {Text(Median(pair => pair.Tls[i]))} | {ratio:0.00} |"));

            string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        }

        double Median(Func<(double[] Plain, double[] Tls), double> figure) => Statistics.Median(measured.Select(figure));
    }
}
