using System.Globalization;

namespace Clickstream.Local.Search.Cluster;

/// <summary>Durations as settings and parameters have them: <c>500ms</c>, <c>1s</c>, <c>-1</c> for never.</summary>
static class TimeValue
{
    /// <summary>The duration; a negative one for -1.</summary>
    public static TimeSpan Parse(string name, string text)
    {
        if (text == "-1")
            return Timeout.InfiniteTimeSpan;
        foreach (var (unit, milliseconds) in ((string, double)[])[("micros", 0.001), ("nanos", 0.000001), ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)])
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return TimeSpan.FromMilliseconds(number * milliseconds);
        }

        return text == "0" ? TimeSpan.Zero : throw SearchException.IllegalArgument(
            $"failed to parse setting [{name}] with value [{text}] as a time value: unit is missing or unrecognized");
    }
}
