using System.Diagnostics;
using Clickstream.Cli.Processes;
using Clickstream.Local;
using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>Single events first, then rising rates, until the lag grows.</summary>
/// <param name="bench">Where.</param>
/// <param name="partitions">Partitions of the topic.</param>
/// <param name="consumers">Consumer processes.</param>
sealed class RampRun(Workbench bench, int partitions, int consumers)
{
    const int LoneEvents = 50;

    // The first events find code that was never run; they are no measure of the others.
    const int WarmUpEvents = 10;

    static readonly TimeSpan s_pauseBetweenLone = TimeSpan.FromMilliseconds(30);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    /// <summary>Measures.</summary>
    /// <param name="rates">Events per second, in the order in which they are tried.</param>
    /// <param name="time">How long each rate is held.</param>
    public async Task<RampJson> RunAsync(IReadOnlyList<int> rates, TimeSpan time)
    {
        var site = await Site.OfAsync(bench);
        var topic = await bench.Terminal.StepAsync("Starting the consumers", async () =>
        {
            var made = await bench.ResetAsync(partitions);
            await bench.CheckpointAsync();
            await bench.StartConsumersAsync(consumers);
            return made;
        });
        var log = new LatencyLog(partitions);
        using var sender = new PacedSender(bench.Clients.Kafka, topic, log);
        await using var watch = new OffsetWatch(bench.Clients, topic, log);

        var lone = await bench.Terminal.StepAsync(Invariant($"{LoneEvents} single events"), async () =>
        {
            await SendLoneAsync(WarmUpEvents, sender, watch, log);
            log.Take();
            await SendLoneAsync(LoneEvents, sender, watch, log);
            var (latencies, looks) = log.Take();
            return LatencyJson.Of(latencies, looks);
        });
        var steps = new List<RampStepJson>();
        foreach (var rate in rates)
        {
            steps.Add(await bench.Terminal.StepAsync(Invariant($"{rate:N0} events/s for {time.TotalSeconds:0.#} s"), () => StepAsync(rate, time, sender, watch, log)));
            if (!steps[^1].Held)
                break;
        }
        return new(
            RampJson.KindName, site, partitions, consumers, time.TotalSeconds, lone,
            steps.LastOrDefault(static step => step.Held)?.EventsPerSecond, steps);
    }

    async Task SendLoneAsync(int count, PacedSender sender, OffsetWatch watch, LatencyLog log)
    {
        for (var i = 0; i < count; i++)
        {
            sender.Send(bench.Context.Stop);
            await WaitUntilVisibleAsync(watch, log);
            // So that the next one finds everything at rest.
            await Task.Delay(s_pauseBetweenLone, bench.Context.Stop);
        }
    }

    async Task<RampStepJson> StepAsync(int rate, TimeSpan time, PacedSender sender, OffsetWatch watch, LatencyLog log)
    {
        var start = Stopwatch.GetTimestamp();
        var sent = await sender.SendAsync(rate, time, bench.Context.Stop);
        var end = Stopwatch.GetTimestamp();
        await WaitUntilVisibleAsync(watch, log);
        var (latencies, looks) = log.Take();
        var (isHeld, lag) = RateHeld.Judge(rate, sent, looks, start, end);
        return new(rate, (long)sent, isHeld, (long)lag, LatencyJson.Of(latencies, looks));
    }

    async Task WaitUntilVisibleAsync(OffsetWatch watch, LatencyLog log)
    {
        var standstill = new Standstill(DataFolder.LogDirectoryOf(bench.Context.Folder.Path));
        while (!log.IsAllVisible)
        {
            watch.ThrowIfFailed();
            bench.Services.ThrowIfOneHasEnded();
            standstill.Note(log.VisibleCount);
            await Task.Delay(s_pause, bench.Context.Stop);
        }
    }
}
