using System.Globalization;
using Clickstream.Cli.Output;
using Spectre.Console;
using static System.FormattableString;
using static Clickstream.Cli.Output.NumberTable;

namespace Clickstream.Cli.Benchmark;

/// <summary>What was measured, as tables.</summary>
static class BenchmarkReport
{
    const int NameWidth = 8;
    const int TimeWidth = 16;
    const int SearchWidth = 28;

    /// <summary>Keeps a result, and prints it as the user wants it.</summary>
    /// <param name="context">The command's.</param>
    /// <param name="line">The result as one line of JSON.</param>
    /// <param name="asJson">Print that.</param>
    /// <param name="write">Prints it as tables.</param>
    public static async Task PublishAsync(CommandContext context, string line, bool asJson, Action<IAnsiConsole> write)
    {
        await new BenchmarkHistory(context.Folder).AddAsync(line);
        if (asJson)
            await context.Terminal.OutputWriter.WriteLineAsync(line);
        else
            write(context.Terminal.Output);
    }

    /// <summary>One benchmark, each run of it.</summary>
    public static void Write(IAnsiConsole console, BenchmarkJson result)
    {
        var table = NumberTable.New("", NameWidth, "produced/s", "stored/s", "store floor/s", "ratio", "seconds", "start s", "join s");
        foreach (var (index, run) in result.Runs.Index())
        {
            table.AddRow(Invariant($"run {index + 1}"), Number(run.ProduceEventsPerSecond), Number(run.EventsPerSecond), Number(run.FloorEventsPerSecond),
                Decimals(run.Ratio), Decimals(run.Seconds), Decimals(run.StartSeconds), Decimals(run.JoinSeconds));
        }
        table.AddRow("median", Number(result.ProduceEventsPerSecond), Number(result.EventsPerSecond), Number(result.FloorEventsPerSecond),
            Decimals(result.Ratio), "", Decimals(result.StartSeconds), Decimals(result.JoinSeconds));
        console.Write(table);

        var lines = new NamedLines();
        lines.Add("Events", Invariant($"{result.Events:N0}, {result.Duplicates:N0} of them duplicates, {result.Sessions:N0} sessions"));
        lines.Add("Partitions", Invariant($"{result.Partitions}, consumers {result.Consumers}"));
        lines.Add("CPU seconds", string.Join(", ", result.CpuSeconds.Known.Select(cpu =>
            Invariant($"{cpu.Name} {cpu.Value:0.0} ({cpu.Value / result.Events * 1e6:0.00} a million events)"))));
        lines.Add("Peak memory", string.Join(", ", result.PeakMb.Known.Select(static peak => Invariant($"{peak.Name} {peak.Value:0} MB"))));
        lines.Add("Verified", result.Verified ? "yes, every run" : "NO");
        lines.Write(console.Profile.Out.Writer);
    }

    /// <summary>Several benchmarks, one a line.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<BenchmarkJson> results)
    {
        var table = NumberTable.New(
            "run (UTC)", TimeWidth, "events", "partitions", "consumers", "produced/s", "stored/s", "store floor/s", "ratio", "consumer MB", "verified");
        foreach (var result in results)
        {
            table.AddRow(Time(result.Site), Number(result.Events), Number(result.Partitions), Number(result.Consumers), Number(result.ProduceEventsPerSecond),
                Number(result.EventsPerSecond), Number(result.FloorEventsPerSecond), Decimals(result.Ratio),
                result.ConsumerPeakMb is { } peak ? Number(peak) : "", result.Verified ? "yes" : "NO");
        }
        console.Write(table);
    }

    /// <summary>One ramp, each step of it.</summary>
    public static void Write(IAnsiConsole console, RampJson ramp)
    {
        var table = NumberTable.New("events/s", NameWidth, "sent/s", "held", "lag", "p50 ms", "p95 ms", "p99 ms", "max ms", "resolution ms");
        AddRow("lone", "", "", "", ramp.Lone);
        foreach (var step in ramp.Steps)
            AddRow(Number(step.EventsPerSecond), Number(step.SentPerSecond), step.Held ? "yes" : "no", Number(step.Lag), step.Latency);
        console.Write(table);

        var lines = new NamedLines();
        lines.Add("Highest rate held", ramp.HighestRateHeld is { } rate ? Invariant($"{rate:N0} events/s") : "none");
        lines.Add("Partitions", Invariant($"{ramp.Partitions}, consumers {ramp.Consumers}, {ramp.SecondsPerStep:0.#} s a step"));
        lines.Write(console.Profile.Out.Writer);

        void AddRow(string name, string sent, string held, string lag, LatencyJson latency) => table.AddRow(
            name, sent, held, lag, Decimals(latency.P50Ms), Decimals(latency.P95Ms), Decimals(latency.P99Ms), Decimals(latency.MaxMs),
            Decimals(latency.ResolutionMs));
    }

    /// <summary>Several ramps, one a line.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<RampJson> ramps)
    {
        var table = NumberTable.New(
            "ramp (UTC)", TimeWidth, "partitions", "consumers", "lone p50 ms", "lone p99 ms", "held events/s", "there p50 ms", "there p99 ms");
        foreach (var ramp in ramps)
        {
            var held = ramp.Steps.LastOrDefault(static step => step.Held);
            table.AddRow(Time(ramp.Site), Number(ramp.Partitions), Number(ramp.Consumers), Decimals(ramp.Lone.P50Ms), Decimals(ramp.Lone.P99Ms),
                held is null ? "none" : Number(held.EventsPerSecond), held is null ? "" : Decimals(held.Latency.P50Ms),
                held is null ? "" : Decimals(held.Latency.P99Ms));
        }
        console.Write(table);
    }

    /// <summary>One benchmark of the indexer, each run of it.</summary>
    public static void Write(IAnsiConsole console, IndexBenchmarkJson result)
    {
        var table = NumberTable.New("", NameWidth, "documents/s", "floor/s", "ratio", "seconds");
        foreach (var (index, run) in result.Runs.Index())
            table.AddRow(Invariant($"run {index + 1}"), Number(run.DocumentsPerSecond), Number(run.FloorDocumentsPerSecond), Decimals(run.Ratio), Decimals(run.Seconds));
        table.AddRow("median", Number(result.DocumentsPerSecond), Number(result.FloorDocumentsPerSecond), Decimals(result.Ratio), "");
        console.Write(table);

        var lines = new NamedLines();
        lines.Add("OpenSearch", $"{result.Server}, {result.Opensearch}");
        lines.Add("Documents", Invariant($"{result.DistinctEvents:N0} of {result.Events:N0} events, {result.Partitions} partitions"));
        lines.Add("Indexer", Invariant($"{result.IndexerCpuSeconds:0.0} CPU seconds, {result.IndexerPeakMb:0} MB at most"));
        lines.Add("Verified", result.Verified ? "yes, every run" : "NO");
        lines.Write(console.Profile.Out.Writer);
    }

    /// <summary>Several benchmarks of the indexer, one a line.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<IndexBenchmarkJson> results)
    {
        var table = NumberTable.New("index (UTC)", TimeWidth, "events", "OpenSearch", "documents/s", "floor/s", "ratio", "indexer MB", "verified");
        foreach (var result in results)
        {
            table.AddRow(Time(result.Site), Number(result.Events), Markup.Escape(result.Opensearch), Number(result.DocumentsPerSecond),
                Number(result.FloorDocumentsPerSecond), Decimals(result.Ratio), Number(result.IndexerPeakMb), result.Verified ? "yes" : "NO");
        }
        console.Write(table);
    }

    /// <summary>How long searches take.</summary>
    public static void Write(IAnsiConsole console, SearchBenchmarkJson result)
    {
        var table = NumberTable.New("", SearchWidth, "hits", "median ms", "max ms", "first ms");
        foreach (var search in result.Searches)
            table.AddRow(Markup.Escape(search.Name), Number(search.Hits), Decimals(search.MedianMs), Decimals(search.MaxMs), Decimals(search.FirstMs));
        console.Write(table);

        var lines = new NamedLines();
        lines.Add("OpenSearch", $"{result.Server}, {result.Opensearch}");
        lines.Add("Documents", Invariant($"{result.Events:N0} events, {result.Sessions:N0} sessions"));
        lines.Add("Repeats", Invariant($"{result.Repeats}, after a first one"));
        lines.Write(console.Profile.Out.Writer);
    }

    static string Time(BenchmarkSite site) => site.Time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    static string Decimals(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);
}
