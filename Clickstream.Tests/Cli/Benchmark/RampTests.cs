using System.Diagnostics;
using Clickstream.Cli.Benchmark;

namespace Clickstream.Tests.Cli.Benchmark;

public sealed class RampTests
{
    const int Rate = 1000;

    static readonly long s_second = Stopwatch.Frequency;

    [Fact]
    public void A_lag_that_goes_up_and_down_is_no_growth()
    {
        var (isHeld, lag) = RateHeld.Judge(Rate, Rate, Lags(static seconds => seconds % 0.5 * 800), 0, 8 * s_second);

        Assert.True(isHeld);
        Assert.InRange(lag, 180, 220);
    }

    [Theory]
    [InlineData(0.03, true)]
    [InlineData(0.08, false)]
    [InlineData(0.5, false)]
    public void A_rate_is_held_while_nearly_all_that_comes_in_is_stored(double growth, bool isHeld) =>
        Assert.Equal(isHeld, RateHeld.Judge(Rate, Rate, Lags(seconds => 5000 + growth * Rate * seconds), 0, 8 * s_second).IsHeld);

    [Fact]
    public void A_rate_that_was_not_reached_is_not_held()
    {
        Assert.True(RateHeld.Judge(Rate, 0.99 * Rate, Lags(static _ => 0), 0, 8 * s_second).IsHeld);
        Assert.False(RateHeld.Judge(Rate, 0.97 * Rate, Lags(static _ => 0), 0, 8 * s_second).IsHeld);
    }

    [Fact]
    public void What_happens_after_the_last_event_does_not_count() =>
        Assert.True(RateHeld.Judge(Rate, Rate, [.. Lags(static _ => 10), new(9 * s_second, 1_000_000)], 0, 8 * s_second).IsHeld);

    [Fact]
    public void A_latency_runs_from_the_produce_call_to_the_look_that_finds_the_offset()
    {
        var log = new LatencyLog(2);
        log.Seen([0, 0], Stopwatch.GetTimestamp());
        for (var i = 0; i < 3; i++)
            log.Sent(1);
        log.Sent(0);
        Assert.False(log.IsAllVisible);

        var later = Stopwatch.GetTimestamp() + s_second;
        log.Seen([0, 2], later);
        Assert.Equal(2, log.VisibleCount);
        log.Seen([1, 3], later + s_second);
        Assert.True(log.IsAllVisible);

        var (latencies, looks) = log.Take();
        Assert.Equal([1, 1, 2, 2], latencies.Select(static latency => Math.Floor(latency / 1000)));
        Assert.Equal([0, 2, 0], looks.Select(static look => look.Lag));
        Assert.Empty(log.Take().Latencies);
    }

    /// <summary>Looks at eight seconds, every ten milliseconds.</summary>
    static LagSample[] Lags(Func<double, double> lag) =>
        [.. Enumerable.Range(0, 800).Select(i => new LagSample(i * s_second / 100, (long)lag(i / 100.0)))];
}
