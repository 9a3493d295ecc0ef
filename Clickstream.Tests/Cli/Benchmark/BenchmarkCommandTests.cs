using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Clickstream.Core.Errors;
using Clickstream.Tests.Infrastructure;
using Npgsql;

namespace Clickstream.Tests.Cli.Benchmark;

/// <summary>The benchmark's commands against the servers of the test run. They share a topic, so they come one after the other.</summary>
public sealed class BenchmarkCommandTests(LocalInfrastructure infrastructure) : IDisposable
{
    readonly TempFolder _folder = new();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_has_all_its_figures_is_verified_and_leaves_nothing_but_its_result()
    {
        var command = await CommandAsync();
        var (output, error) = await command.RunAsync(
            ExitCode.Success, "benchmark", "run", "--events", "20000", "--partitions", "2", "--consumers", "2", "--runs", "1", "--json");

        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal((20_000, 2, 2), (Integer("events"), Integer("partitions"), Integer("consumers")));
        Assert.Equal(20_000, Integer("distinct_events") + Integer("duplicates"));
        Assert.InRange(Integer("sessions"), 1, 20_000);
        foreach (var figure in (string[])["produce_events_per_second", "events_per_second", "floor_events_per_second", "ratio", "start_seconds", "consumer_peak_mb"])
            Assert.True(result.GetProperty(figure).GetDouble() > 0, $"{figure}: {output}");
        Assert.True(result.GetProperty("join_seconds").GetDouble() >= 0, output);
        // None, if so short a run was over before the consumers were first looked at.
        Assert.InRange(result.GetProperty("cpu_seconds").GetProperty("consumer").GetDouble(), 0, 60);
        Assert.True(result.GetProperty("cpu_seconds").GetProperty("producer").GetDouble() > 0, output);
        Assert.True(result.GetProperty("verified").GetBoolean(), error);
        Assert.Equal(1, result.GetProperty("runs").GetArrayLength());
        Assert.Equal("environment", result.GetProperty("site").GetProperty("kafka").GetString());

        Assert.Equal(output, (await command.RunAsync(ExitCode.Success, "benchmark", "show", "--json")).Output);
        Assert.Contains("20,000", (await command.RunAsync(ExitCode.Success, "benchmark", "show")).Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.File("data"), "tmp")));
        Assert.Equal(0, await CountSchemasAsync(command));

        int Integer(string name) => result.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_file_of_the_users_need_not_be_sorted_and_may_be_compressed_but_must_be_right()
    {
        var command = await CommandAsync();
        // Twice the same events, the second time backwards.
        var rows = Enumerable.Range(0, 500).Select(static i => string.Create(CultureInfo.InvariantCulture, $"{1_433_221_332_000 + i * 977},{i % 50},view,{i % 7},"));
        await WriteAsync(_folder.File("right.csv.gz"), [.. rows, .. rows.Reverse()]);
        var (output, _) = await command.RunAsync(ExitCode.Success, "benchmark", "run", "--file", _folder.File("right.csv.gz"), "--runs", "1", "--json");
        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal((1000, 500, true),
            (result.GetProperty("events").GetInt32(), result.GetProperty("duplicates").GetInt32(), result.GetProperty("verified").GetBoolean()));

        // Seen before anything is started.
        command.Environment["ConnectionStrings__kafka"] = null;
        await WriteAsync(_folder.File("wrong.csv.gz"), ["1433221332000,1,view,1,", "1433221332000,1,looked,1,"]);
        var (_, error) = await command.RunAsync(ExitCode.BadInput, "benchmark", "run", "--file", _folder.File("wrong.csv.gz"), "--runs", "1");
        Assert.Contains($"error: {_folder.File("wrong.csv.gz")}, line 3: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_writes_a_table_and_a_chart()
    {
        var (output, error) = await (await CommandAsync()).RunAsync(
            ExitCode.Success, "benchmark", "sweep", "--partitions", "1,3", "--events", "5000", "--out", _folder.File("out"));

        Assert.Contains("5,000", output, StringComparison.Ordinal);
        Assert.Contains("sweep.svg", error, StringComparison.Ordinal);
        var table = (await File.ReadAllLinesAsync(_folder.File("out/sweep.csv"), Cancelled)).Select(static line => line.Split(',')).ToArray();
        Assert.Equal(["partitions", "1", "3"], table.Select(static row => row[0]));
        Assert.All(table, row => Assert.Equal(table[0].Length, row.Length));
        Assert.All(table.Skip(1), static row => Assert.Equal("true", row[^1]));
        Assert.Contains("5,000 events", XDocument.Load(_folder.File("out/sweep.svg")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ramp_measures_single_events_and_rates()
    {
        var command = await CommandAsync();
        var (output, error) = await command.RunAsync(
            ExitCode.Success, "benchmark", "ramp", "--rates", "500", "--seconds", "1", "--partitions", "2", "--json");

        var ramp = JsonDocument.Parse(output).RootElement;
        var lone = ramp.GetProperty("lone");
        Assert.Equal(50, lone.GetProperty("events").GetInt32());
        Assert.InRange(lone.GetProperty("p50_ms").GetDouble(), 0.001, lone.GetProperty("max_ms").GetDouble());
        var step = ramp.GetProperty("steps")[0];
        Assert.True(500 == step.GetProperty("latency").GetProperty("events").GetInt32(), error);
        Assert.True(step.GetProperty("latency").GetProperty("p99_ms").GetDouble() > 0, output);
        Assert.Contains("ramp (UTC)", (await command.RunAsync(ExitCode.Success, "benchmark", "show")).Output, StringComparison.Ordinal);
    }

    async Task<CommandRun> CommandAsync()
    {
        var command = new CommandRun(_folder.File("data"));
        command.Environment["ConnectionStrings__kafka"] = await infrastructure.BootstrapServersAsync(Cancelled);
        command.Environment["ConnectionStrings__clickstream"] = await infrastructure.CreateDatabaseAsync(Cancelled);
        return command;
    }

    static async Task<long> CountSchemasAsync(CommandRun command)
    {
        await using var database = NpgsqlDataSource.Create(command.Environment["ConnectionStrings__clickstream"]!);
        await using var count = database.CreateCommand("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'clickstream%'");
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }

    static async Task WriteAsync(string path, IEnumerable<string> rows)
    {
        await using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        await gzip.WriteAsync(Encoding.ASCII.GetBytes("timestamp,visitorid,event,itemid,transactionid\n" + string.Join('\n', rows) + "\n"), Cancelled);
    }
}
