using System.Diagnostics;

namespace Clickstream.Cli.Benchmark;

/// <summary>
/// Whether the pipeline keeps up with a rate. Batches make the lag go up and down, so two means are compared: that of the last quarter
/// of the time with that of the quarter before. Had only 95 % of the rate been stored, it would have grown by 5 % of what came in
/// a quarter.
/// </summary>
static class RateHeld
{
    const double LeastSent = 0.98, MostGrowth = 0.05;

    /// <summary>Judges a step of a ramp.</summary>
    /// <param name="rate">Events per second that were to be sent.</param>
    /// <param name="sent">Events per second that were sent.</param>
    /// <param name="lags">What was seen meanwhile, and maybe later, in order.</param>
    /// <param name="start">When the step began.</param>
    /// <param name="end">When its last event was sent.</param>
    /// <returns>The judgement, and the mean lag of the last quarter.</returns>
    public static (bool IsHeld, double Lag) Judge(int rate, double sent, ReadOnlySpan<LagSample> lags, long start, long end)
    {
        var quarter = (end - start) / 4;
        var (before, last) = (Mean(lags, end - 2 * quarter, end - quarter), Mean(lags, end - quarter, end));
        var seconds = Stopwatch.GetElapsedTime(0, quarter).TotalSeconds;
        return (sent >= LeastSent * rate && last - before <= MostGrowth * rate * seconds, last);
    }

    static double Mean(ReadOnlySpan<LagSample> lags, long from, long to)
    {
        var (sum, count) = (0.0, 0);
        foreach (var sample in lags)
        {
            if (sample.At < from || sample.At >= to)
                continue;
            sum += sample.Lag;
            count++;
        }
        return count == 0 ? 0 : sum / count;
    }
}
