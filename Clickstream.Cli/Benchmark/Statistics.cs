namespace Clickstream.Cli.Benchmark;

/// <summary>What is said of many measurements.</summary>
static class Statistics
{
    /// <summary>The middle one; of an even number the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The smallest value that so many percent of all do not exceed (the nearest rank): always one that was measured.</summary>
    /// <param name="sorted">All values, ascending, one at least.</param>
    /// <param name="percent">Above 0, up to 100.</param>
    public static double Percentile(ReadOnlySpan<double> sorted, double percent) =>
        sorted[Math.Max(0, (int)Math.Ceiling(percent / 100 * sorted.Length) - 1)];
}
