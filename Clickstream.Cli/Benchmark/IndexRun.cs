using Clickstream.Cli.Kafka;
using Clickstream.Cli.Processes;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.Local;
using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>Runs through the indexer, alternated with the floor, and their medians.</summary>
/// <param name="bench">Where.</param>
/// <param name="input">What is indexed.</param>
/// <param name="runs">How many.</param>
sealed class IndexRun(Workbench bench, BenchmarkInput input, int runs)
{
    static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Measures.</summary>
    /// <param name="partitions">Partitions of the topic.</param>
    public async Task<IndexBenchmarkJson> RunAsync(int partitions)
    {
        var site = await Site.OfAsync(bench);
        var cluster = await bench.Clients.OpenSearch.InfoAsync(bench.Context.Stop);
        var options = bench.Settings.Read(IndexerOptions.Read);
        using var floor = new IndexFloor(bench, options.MaxBulkDocuments, options.MaxBulksInFlight, options.Gzip);
        await StepAsync("", Invariant($"producing {input.Rows:N0} events"), async () =>
        {
            await bench.ResetTopicAsync(partitions);
            await MeasuredProduction.RunAsync(bench, input.Path);
            await floor.EncodeAsync(input.Path);
        });

        var results = new List<IndexRunJson>();
        do
        {
            var label = Invariant($"Run {results.Count + 1} of {runs}: ");
            var run = await MeasureAsync(label);
            var floorTime = await StepAsync(label, "the floor", floor.IndexAsync);
            var floorRate = input.DistinctRows / floorTime.TotalSeconds;
            results.Add(run with { FloorDocumentsPerSecond = (long)floorRate, Ratio = Math.Round(run.DocumentsPerSecond / floorRate, 3) });
            bench.Terminal.Say(Invariant($"{label}{run.DocumentsPerSecond:N0} documents/s, floor {floorRate:N0}, ratio {results[^1].Ratio:0.00}, ")
                + (run.Verified ? "verified" : "NOT verified"));
        }
        while (results.Count < runs && results[^1].Verified);
        return new(
            IndexBenchmarkJson.KindName, site, $"{cluster.Distribution} {cluster.Version}", bench.Settings.OpenSearchConnection!.SourceName,
            input.Rows, input.DistinctRows, partitions,
            (long)Median(static run => run.DocumentsPerSecond), (long)Median(static run => run.FloorDocumentsPerSecond), Median(static run => run.Ratio),
            results.All(static run => run.Verified), results.Max(static run => run.IndexerPeakMb), Median(static run => run.IndexerCpuSeconds), results);

        double Median(Func<IndexRunJson, double> figure) => Math.Round(Statistics.Median(results.Select(figure)), 3);
    }

    Task<T> StepAsync<T>(string label, string text, Func<Task<T>> step) => bench.Terminal.StepAsync($"{label}{text}", step);

    Task StepAsync(string label, string text, Func<Task> step) => bench.Terminal.StepAsync($"{label}{text}", step);

    async Task<IndexRunJson> MeasureAsync(string label)
    {
        // An index that is made anew is filled from the topic's start, whatever the group had committed.
        await bench.Clients.Indices.DeleteAsync(bench.Context.Stop);
        var (summary, usage) = await StepAsync(label, "indexing them", IndexAsync);
        if (summary is not { FirstRead: { } firstRead, LastStored: { } lastStored })
            throw new ClickstreamException(ExitCode.Internal, $"all is indexed, and the indexer does not say that it did it; the logs are in {Logs}");
        await bench.Clients.OpenSearch.RefreshAsync(bench.Clients.Indices.Events, bench.Context.Stop);
        var documents = await bench.Clients.OpenSearch.CountAsync(bench.Clients.Indices.Events, bench.Context.Stop);
        return new(
            (long)(input.DistinctRows / (lastStored - firstRead).TotalSeconds), 0, 0, documents == input.DistinctRows,
            Math.Round((lastStored - firstRead).TotalSeconds, 3), UsageMeter.Megabytes(usage.PeakBytes) ?? 0, Math.Round(usage.Cpu.TotalSeconds, 2));
    }

    async Task<(WorkerSummary Summary, ProcessUsage Usage)> IndexAsync()
    {
        var (process, entry) = WorkerStart.Start(bench.Context, bench.Services, bench.Settings, Programs.Indexer, "benchmark-indexer", isAttached: true);
        await WorkerStart.WaitUntilReadyAsync(bench.Context, [(process, entry)]);
        var topic = await bench.Clients.Topics.DescribeAsync(Workbench.Topic, bench.Context.Stop)
            ?? throw new ClickstreamException(ExitCode.Unavailable, $"topic {Workbench.Topic} was deleted");
        var group = bench.Settings.Read(IndexerOptions.Read).GroupId;
        var standstill = new Standstill(Logs);
        while (true)
        {
            bench.Services.ThrowIfOneHasEnded();
            var committed = (await GroupOffsets.ReadAsync(bench.Clients.Kafka.Admin, group, topic, bench.Context.Stop)).Values.Sum();
            // In the first second what is committed may be the run's before; counting would disturb those that come to it.
            if (committed >= input.Rows
                && await bench.Clients.OpenSearch.CountAsync(bench.Clients.Indices.Events, bench.Context.Stop) >= input.DistinctRows)
                break;
            standstill.Note(committed);
            await Task.Delay(s_pollInterval, bench.Context.Stop);
        }
        var usage = ProcessUsage.Of(process.Identity.Pid) ?? default;
        await bench.Services.StopAsync(process);
        return (WorkerSummary.Read(entry.Log), usage);
    }

    string Logs => DataFolder.LogDirectoryOf(bench.Context.Folder.Path);
}
