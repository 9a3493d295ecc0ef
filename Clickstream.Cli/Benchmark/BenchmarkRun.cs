using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>Runs through the pipeline, alternated with the store floor, and their medians.</summary>
/// <param name="bench">Where.</param>
/// <param name="input">What is replayed.</param>
/// <param name="file">The user's file, or null.</param>
/// <param name="runs">How many.</param>
sealed class BenchmarkRun(Workbench bench, BenchmarkInput input, string? file, int runs)
{
    /// <summary>Measures.</summary>
    /// <param name="partitions">Partitions of the topic.</param>
    /// <param name="consumers">Consumer processes.</param>
    public async Task<BenchmarkJson> RunAsync(int partitions, int consumers)
    {
        var site = await Site.OfAsync(bench);
        var results = new List<RunJson>();
        MeasuredResult measured;
        do
        {
            var label = Invariant($"Run {results.Count + 1} of {runs}: ");
            measured = await new MeasuredRun(bench, input, partitions, consumers, label).RunAsync();
            var isVerified = measured.Verdict.IsVerified;
            var (floor, floorCpu) = isVerified ? await MeasureFloorAsync(label) : (TimeSpan.Zero, null);
            results.Add(ToJson(measured, floor, floorCpu));
            Say(label, results[^1]);
            if (!isVerified)
            {
                measured.Verdict.Write(bench.Terminal.ErrorWriter);
                bench.IsKept = true;
            }
        }
        while (results.Count < runs && results[^1].Verified);
        return Summarize(site, partitions, consumers, measured, results);
    }

    async Task<(TimeSpan Time, double? Cpu)> MeasureFloorAsync(string label)
    {
        var stop = bench.Context.Stop;
        if (!bench.Floor.HasRows)
            await bench.Terminal.StepAsync($"{label}reading what is stored, for the store floor", () => bench.Floor.ReadRowsAsync(stop));
        return await bench.Terminal.StepAsync($"{label}the store floor", async () =>
        {
            await bench.Floor.MakeTablesAsync(stop);
            await bench.CheckpointAsync();
            var meter = new UsageMeter(bench.Context.Folder, bench.Settings, []);
            return (await bench.Floor.StoreAsync(stop), meter.CpuUsed().Postgresql);
        });
    }

    RunJson ToJson(MeasuredResult result, TimeSpan floor, double? floorCpu)
    {
        var (consumed, produced) = (result.Consumed, result.Produced);
        var stored = result.Verdict.Verification.Events;
        var (rate, floorRate) = (stored / consumed.Time.TotalSeconds, floor > TimeSpan.Zero ? stored / floor.TotalSeconds : 0);
        return new(
            (long)(produced.Sent / produced.Time.TotalSeconds), (long)rate, (long)floorRate, floorRate > 0 ? Rounded(rate / floorRate) : 0, result.Verdict.IsVerified,
            Rounded(consumed.Time.TotalSeconds), Rounded(floor.TotalSeconds), Rounded(consumed.StartTime.TotalSeconds), Rounded(consumed.JoinTime.TotalSeconds),
            consumed.Cpu with { Producer = Math.Round(result.Producer.Cpu.TotalSeconds, 2) },
            consumed.PeakMegabytes with { Producer = UsageMeter.Megabytes(result.Producer.PeakBytes) },
            floorCpu);
    }

    BenchmarkJson Summarize(BenchmarkSite site, int partitions, int consumers, MeasuredResult last, List<RunJson> results)
    {
        var (rate, floorRate) = (Median(static run => run.EventsPerSecond), Median(static run => run.FloorEventsPerSecond));
        var peak = results.Select(static run => run.PeakMb).Aggregate(static (a, b) => a.Combine(b, Math.Max));
        var (distinct, sessions) = (last.Verdict.Verification.Events, last.Verdict.Verification.Sessions);
        return new(
            BenchmarkJson.KindName, site, file, input.Rows, distinct, input.Rows - last.Verdict.DeadLetters - distinct, sessions, partitions, consumers,
            (long)Median(static run => run.ProduceEventsPerSecond), (long)rate, (long)floorRate, floorRate > 0 ? Rounded(rate / floorRate) : 0,
            results.All(static run => run.Verified), Median(static run => run.StartSeconds), Median(static run => run.JoinSeconds),
            peak.Consumer, ByProcess.Median([.. results.Select(static run => run.CpuSeconds)]), peak,
            results.Select(static run => run.FloorCpuSeconds).OfType<double>().ToArray() is { Length: > 0 } cpu ? Rounded(Statistics.Median(cpu)) : null, results,
            bench.HasSessionFeed);

        double Median(Func<RunJson, double> figure) => Rounded(Statistics.Median(results.Select(figure)));
    }

    void Say(string label, RunJson run) => bench.Terminal.Say(label + (run.Verified
        ? Invariant($"{run.EventsPerSecond:N0} events/s, store floor {run.FloorEventsPerSecond:N0}, ratio {run.Ratio:0.00}, verified")
        : "NOT verified"));

    static double Rounded(double value) => Math.Round(value, 3);
}
