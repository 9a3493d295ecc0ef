namespace Clickstream.Cli.Search;

/// <summary>
/// The interval that OpenSearch Dashboards takes for a date histogram. "auto" aims at 50 bars; and unless the visualization says
/// otherwise, an interval that makes more than 100 of the time range gives way to a longer one.
/// </summary>
static class VisualizationInterval
{
    const int BarTarget = 50, MaxBars = 100;

    // The intervals, and up to which length of a bar each is the nearest.
    static readonly (string Name, TimeSpan Length, TimeSpan Bound)[] s_intervals =
    [
        ("1s", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)),
        ("5s", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7.5)),
        ("10s", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15)),
        ("30s", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45)),
        ("1m", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)),
        ("5m", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(9)),
        ("10m", TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20)),
        ("30m", TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(45)),
        ("1h", TimeSpan.FromHours(1), TimeSpan.FromHours(2)),
        ("3h", TimeSpan.FromHours(3), TimeSpan.FromHours(6)),
        ("12h", TimeSpan.FromHours(12), TimeSpan.FromHours(24)),
        ("1d", TimeSpan.FromDays(1), TimeSpan.FromDays(7)),
        ("1w", TimeSpan.FromDays(7), TimeSpan.FromDays(21)),
        ("1M", TimeSpan.FromDays(30), TimeSpan.FromDays(365)),
        ("1y", TimeSpan.FromDays(365), TimeSpan.MaxValue),
    ];

    /// <summary>The interval as OpenSearch writes it.</summary>
    /// <param name="interval">What the visualization asks for.</param>
    /// <param name="mayGrow">Whether it gives way to a longer one.</param>
    /// <param name="range">The time range that is looked at.</param>
    public static string Of(string interval, bool mayGrow, TimeSpan range)
    {
        var chosen = interval == "auto"
            ? s_intervals.First(candidate => candidate.Bound > range / BarTarget)
            : s_intervals.Single(candidate => candidate.Name == interval);
        return mayGrow && range / chosen.Length > MaxBars
            ? s_intervals.Last(candidate => candidate.Length <= range / MaxBars).Name
            : chosen.Name;
    }
}
