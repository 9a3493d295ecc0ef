using System.Globalization;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>
/// How a date histogram divides time: in steps of the same length, or by the calendar. Each interval has a number, and begins at a
/// millisecond.
/// </summary>
abstract class DateInterval
{
    const long Day = 86_400_000;

    /// <summary>The number of the interval that a time is in.</summary>
    public abstract long Of(long millis);

    /// <summary>When an interval begins.</summary>
    public abstract long Start(long interval);

    /// <summary>Reads 30s, 5m, 1h, 7d.</summary>
    /// <exception cref="FormatException">It is no such length.</exception>
    public static DateInterval Fixed(string text, long offset)
    {
        foreach (var (unit, length) in ((string, long)[])[("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", Day)])
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is > 0 and < 1_000_000_000)
                return new Steps(number * length, offset);
        }

        throw new FormatException($"failed to parse setting [date_histogram.fixedInterval] with value [{text}] as a time value: unit is missing or unrecognized");
    }

    /// <summary>Reads minute, 1d, month and the like.</summary>
    /// <exception cref="FormatException">It is no such unit.</exception>
    public static DateInterval Calendar(string text, long offset) => text switch
    {
        "second" or "1s" => new Steps(1000, offset),
        "minute" or "1m" => new Steps(60_000, offset),
        "hour" or "1h" => new Steps(3_600_000, offset),
        "day" or "1d" => new Steps(Day, offset),

        // Weeks begin on Monday, and the first of 1970 was a Thursday.
        "week" or "1w" => new Steps(7 * Day, offset - (3 * Day)),
        "month" or "1M" => new Months(1, offset),
        "quarter" or "1q" => new Months(3, offset),
        "year" or "1y" => new Months(12, offset),
        _ => throw new FormatException($"The supplied interval [{text}] could not be parsed as a calendar interval."),
    };

    static long FloorDiv(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);

    sealed class Steps(long length, long offset) : DateInterval
    {
        public override long Of(long millis) => FloorDiv(millis - offset, length);

        public override long Start(long interval) => (interval * length) + offset;
    }

    sealed class Months(int months, long offset) : DateInterval
    {
        // The interval that was asked for last, and where it ends.
        long _last = -1;
        long _from;
        long _to;

        public override long Of(long millis)
        {
            if (millis >= _from && millis < _to)
                return _last;
            var date = DateTimeOffset.FromUnixTimeMilliseconds(millis - offset);
            _last = ((date.Year * 12) + date.Month - 1) / months;
            (_from, _to) = (Start(_last), Start(_last + 1));
            return _last;
        }

        public override long Start(long interval)
        {
            var month = interval * months;
            return new DateTimeOffset((int)(month / 12), (int)(month % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() + offset;
        }
    }
}
