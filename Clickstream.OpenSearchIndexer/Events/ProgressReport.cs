using System.Globalization;
using Clickstream.OpenSearchIndexer.Telemetry;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>While much of the topic is not indexed yet: says every few seconds how far it is, and once when it has caught up.</summary>
sealed class ProgressReport(PollLoop poll, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(3);

    /// <summary>Less is done before anybody reads of it.</summary>
    const long Much = 10_000;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        var isBehind = false;
        var (lastTick, lastDone) = (time.GetTimestamp(), 0L);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var (done, total) = (0L, 0L);
            foreach (var (progress, end) in poll.Positions())
            {
                done += progress.Settled - progress.LogStart;
                total += end - progress.LogStart;
            }
            var now = time.GetTimestamp();
            var rate = Math.Max(0, (done - lastDone) / time.GetElapsedTime(lastTick, now).TotalSeconds);
            (lastTick, lastDone) = (now, done);
            if (isBehind ? total > done : total - done > Much)
            {
                isBehind = true;
                logger.Progress(done, total, 100.0 * done / total, rate, TimeLeft(total - done, rate));
            }
            else if (isBehind)
            {
                isBehind = false;
                logger.CaughtUp(total);
            }
        }
    }

    static string TimeLeft(long records, double rate) => rate < 1
        ? "unknown time"
        : TimeSpan.FromSeconds(Math.Ceiling(records / rate)).ToString("c", CultureInfo.InvariantCulture);
}
