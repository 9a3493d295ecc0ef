using System.Globalization;

namespace Clickstream.Local.Search.Mappings;

/// <summary>
/// Dates with a little arithmetic, as queries have them: <c>now-1d/d</c>, <c>2020-05-17||+1M/M</c>. Units are y, M, w, d, h or H, m, s;
/// <c>/</c> rounds down to one, or up to its last millisecond. Days are those of UTC unless an offset from it is given.
/// </summary>
static class DateMath
{
    /// <summary>
    /// <paramref name="roundUp"/>: Whether the latest instant that the text can mean is wanted: the upper end of "up to and including",
    /// the lower end of "after".
    /// </summary>
    /// <exception cref="FormatException">It is neither a date of the format nor arithmetic; the message is OpenSearch's.</exception>
    public static long Evaluate(string text, DateFormat format, DateTimeOffset now, bool roundUp, TimeSpan zone = default)
    {
        string math;
        long millis;
        if (text.StartsWith("now", StringComparison.Ordinal))
        {
            millis = now.ToUnixTimeMilliseconds();
            math = text[3..];
        }
        else
        {
            var bar = text.IndexOf("||", StringComparison.Ordinal);
            var date = Parse(bar < 0 ? text : text[..bar], format);
            var shift = date.HasZone ? 0 : (long)zone.TotalMilliseconds;
            if (bar < 0)
                return (roundUp ? date.LastMillis : date.Millis) - shift;
            millis = date.Millis - shift;
            math = text[(bar + 2)..];
        }

        var offset = (long)zone.TotalMilliseconds;
        return Apply(millis + offset, math, roundUp) - offset;
    }

    static ParsedDate Parse(string text, DateFormat format)
    {
        try
        {
            return format.Parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"failed to parse date field [{text}] with format [{format.Pattern}]: [{e.Message}]");
        }
    }

    static long Apply(long millis, string math, bool roundUp)
    {
        var date = FromMillis(millis);
        for (var i = 0; i < math.Length;)
        {
            var operation = math[i++];
            if (operation is not ('+' or '-' or '/'))
                throw new FormatException($"operator not supported for date math [{math}]");
            var start = i;
            while (i < math.Length && char.IsAsciiDigit(math[i]))
                i++;
            var number = 1;
            if (i > start && !int.TryParse(math.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out number))
                throw new FormatException($"number out of range in date math [{math}]");
            if (i == math.Length)
                throw new FormatException($"truncated date math [{math}]");
            if (operation == '/' && i > start && number != 1)
                throw new FormatException($"rounding `/` can only be used on single unit types [{math}]");
            var unit = math[i++];
            date = operation == '/' ? Round(date, unit, roundUp, math) : Add(date, unit, operation == '-' ? -number : number, math);
        }

        return new DateTimeOffset(date).ToUnixTimeMilliseconds();
    }

    static DateTime FromMillis(long millis) => millis is >= -62_135_596_800_000 and <= 253_402_300_799_999
        ? DateTimeOffset.FromUnixTimeMilliseconds(millis).UtcDateTime
        : throw new FormatException($"date out of range: [{millis}]");

    static DateTime Round(DateTime date, char unit, bool up, string math)
    {
        var floor = unit switch
        {
            'y' => new DateTime(date.Year, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            'M' => new DateTime(date.Year, date.Month, 1, 0, 0, 0, DateTimeKind.Utc),
            'w' => date.Date.AddDays(-(((int)date.DayOfWeek + 6) % 7)),
            'd' => date.Date,
            'h' or 'H' => date.Date.AddHours(date.Hour),
            'm' => date.Date.AddMinutes((date.Hour * 60) + date.Minute),
            's' => date.AddTicks(-(date.Ticks % TimeSpan.TicksPerSecond)),
            _ => throw new FormatException($"unit [{unit}] not supported for date math [{math}]"),
        };
        return up ? Add(floor, unit, 1, math).AddMilliseconds(-1) : floor;
    }

    static DateTime Add(DateTime date, char unit, int number, string math)
    {
        try
        {
            return unit switch
            {
                'y' => date.AddYears(number),
                'M' => date.AddMonths(number),
                'w' => date.AddDays(7.0 * number),
                'd' => date.AddDays(number),
                'h' or 'H' => date.AddHours(number),
                'm' => date.AddMinutes(number),
                's' => date.AddSeconds(number),
                _ => throw new FormatException($"unit [{unit}] not supported for date math [{math}]"),
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new FormatException($"date out of range in date math [{math}]");
        }
    }
}
