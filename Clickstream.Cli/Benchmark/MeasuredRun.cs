using Clickstream.Cli.Processes;
using Clickstream.Cli.Verification;
using Clickstream.Core.Errors;
using Clickstream.Local;
using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>What the consumers did.</summary>
/// <param name="Time">From the first record fetched to the last commit, over all consumers.</param>
/// <param name="StartTime">From the start of the first consumer's process until the last consumer was ready.</param>
/// <param name="JoinTime">From there to the first record fetched.</param>
/// <param name="Cpu">What all but the producer used meanwhile.</param>
/// <param name="PeakMegabytes">Of all but the producer, since their starts.</param>
sealed record Consumption(TimeSpan Time, TimeSpan StartTime, TimeSpan JoinTime, ByProcess Cpu, ByProcess PeakMegabytes);

/// <summary>What a run through the pipeline came to.</summary>
/// <param name="Produced">What the producer says.</param>
/// <param name="Producer">What it has used.</param>
/// <param name="Consumed">What came of the consumers.</param>
/// <param name="Verdict">Whether what is stored is what the file says.</param>
sealed record MeasuredResult(ReplayResult Produced, ProcessUsage Producer, Consumption Consumed, Verdict Verdict);

/// <summary>
/// One run: the whole file is produced, and only then consumed, so that the two do not share the machine and each has a rate of its own.
/// </summary>
/// <param name="bench">Where.</param>
/// <param name="input">What is replayed.</param>
/// <param name="partitions">Partitions of the topic.</param>
/// <param name="consumers">Consumer processes.</param>
/// <param name="label">The begin of what is said about its steps.</param>
sealed class MeasuredRun(Workbench bench, BenchmarkInput input, int partitions, int consumers, string label)
{
    // Looking costs the pipeline something, and is no part of the measurement: the consumers say themselves when they were done.
    static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(100);

    public async Task<MeasuredResult> RunAsync()
    {
        var (produced, producer) = await StepAsync(Invariant($"producing {input.Rows:N0} events into {(partitions == 1 ? "1 partition" : Invariant($"{partitions} partitions"))}"), async () =>
        {
            await bench.ResetAsync(partitions);
            var result = await MeasuredProduction.RunAsync(bench, input.Path);
            await bench.CheckpointAsync();
            return result;
        });
        var consumed = await StepAsync(consumers == 1 ? "storing them" : $"storing them with {consumers} consumers", ConsumeAsync);
        var verdict = await StepAsync("verifying", () =>
            Verdict.ReachAsync(bench.Clients, bench.Database, input.DistinctRows, bench.Context.Stop));
        return new(produced, producer, consumed, verdict);
    }

    Task<T> StepAsync<T>(string text, Func<Task<T>> step) => bench.Terminal.StepAsync($"{label}{text}", step);

    async Task<Consumption> ConsumeAsync()
    {
        var start = DateTimeOffset.UtcNow;
        var running = await bench.StartConsumersAsync(consumers);
        var meter = new UsageMeter(bench.Context.Folder, bench.Settings, [.. running.Select(static consumer => consumer.Process.Identity.Pid)]);
        await WaitUntilStoredAsync();
        var (cpu, peak) = (meter.CpuUsed(), meter.PeakMegabytes());
        await Task.WhenAll(running.Select(consumer => bench.Services.StopAsync(consumer.Process)));

        var summaries = running.Select(static consumer => WorkerSummary.Read(consumer.Entry.Log)).ToArray();
        if (summaries.Min(static summary => summary.FirstRead) is not { } firstRead || summaries.Max(static summary => summary.LastStored) is not { } lastCommit)
            throw new ClickstreamException(ExitCode.Internal, $"all is stored, and no consumer says that it was one that did; their logs are in {Logs}");
        var ready = summaries.Max(static summary => summary.Ready);
        // One may have begun before another was ready.
        var joinTime = firstRead > ready ? firstRead - ready : TimeSpan.Zero;
        return new(lastCommit - firstRead, ready - start, joinTime, cpu, peak);
    }

    async Task WaitUntilStoredAsync()
    {
        var standstill = new Standstill(Logs);
        while (true)
        {
            bench.Services.ThrowIfOneHasEnded();
            var stored = (await bench.Database.StoredOffsetsAsync(Workbench.Topic, bench.Context.Stop)).Values.Sum();
            if (stored >= input.Rows)
                return;
            standstill.Note(stored);
            await Task.Delay(s_pollInterval, bench.Context.Stop);
        }
    }

    string Logs => DataFolder.LogDirectoryOf(bench.Context.Folder.Path);
}
