using Clickstream.Cli.Benchmark;
using FsCheck.Xunit;

namespace Clickstream.Tests.Cli.Benchmark;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3.0)]
    [InlineData(new[] { 3.0, 1.0 }, 2.0)]
    [InlineData(new[] { 9.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 100.0 }, 3.0)]
    public void A_median_is_the_middle(double[] values, double median) => Assert.Equal(median, Statistics.Median(values));

    [Theory]
    [InlineData(50, 50)]
    [InlineData(95, 95)]
    [InlineData(99, 99)]
    [InlineData(99.1, 100)]
    [InlineData(100, 100)]
    [InlineData(0.1, 1)]
    public void A_percentile_of_a_hundred_values_is_the_value_of_that_rank(double percent, double value) =>
        Assert.Equal(value, Statistics.Percentile([.. Enumerable.Range(1, 100).Select(static i => (double)i)], percent));

    [Property]
    public void So_many_percent_are_not_above_a_percentile_and_fewer_are_below_it(int first, int[] rest, byte share)
    {
        double[] sorted = [.. rest.Append(first).Select(static value => (double)value).Order()];
        var percent = 1 + share % 100;
        var value = Statistics.Percentile(sorted, percent);

        Assert.Contains(value, sorted);
        Assert.True(sorted.Count(other => other <= value) * 100 >= percent * sorted.Length);
        Assert.True(sorted.Count(other => other < value) * 100 < percent * sorted.Length);
    }

    [Fact]
    public void Latencies_are_those_of_events_and_the_resolution_is_the_time_between_looks()
    {
        var second = System.Diagnostics.Stopwatch.Frequency;
        var latency = LatencyJson.Of([9, 1, 5], [new(0, 3), new(second / 1000, 2), new(second / 250, 0)]);

        Assert.Equal(new(3, 5, 9, 9, 9, 2), latency);
    }
}
