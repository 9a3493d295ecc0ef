namespace Clickstream.Local.Search.Mappings;

/// <summary>An instant as it was written: its first millisecond, and the last one that the text could mean.</summary>
/// <param name="Millis">Unix milliseconds.</param>
/// <param name="LastMillis">
/// For a time without seconds the end of its minute, for a date without a time the end of its day. As OpenSearch has it, 2020-05 stands for
/// its first day, here too.
/// </param>
/// <param name="HasZone">Whether it is an instant wherever one is; otherwise it was taken as UTC.</param>
readonly record struct ParsedDate(long Millis, long LastMillis, bool HasZone = true);

/// <summary>
/// ISO 8601 as OpenSearch's <c>strict_date_optional_time</c> has it: a year of four digits, and each further part if it is there.
/// </summary>
static class IsoDate
{
    /// <summary>
    /// 2020, 2020-05, 2020-05-17, 2020-05-17T10, ...:30, ...:15, ...:15.123456789, each with a zone behind a time.
    /// <paramref name="strict"/>: Whether parts have all their digits; otherwise 2020-5-7 is fine.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, bool strict, out ParsedDate date)
    {
        date = default;
        var rest = text;
        int month = 1, day = 1, hour = 0, minute = 0, second = 0, millis = 0;
        if (!Number(ref rest, 4, strict, out var year) || year is < 1 or > 9999)
            return false;
        var last = Last.Day;
        var hasDay = false;
        var hasZone = false;
        if (Skip(ref rest, '-'))
        {
            if (!Number(ref rest, 2, strict, out month) || month is < 1 or > 12)
                return false;
            if (Skip(ref rest, '-'))
            {
                if (!Number(ref rest, 2, strict, out day) || day < 1 || day > DateTime.DaysInMonth(year, month))
                    return false;
                hasDay = true;
            }
        }

        var zone = 0;
        if (hasDay && Skip(ref rest, 'T') && !rest.IsEmpty)
        {
            if (!Number(ref rest, 2, strict, out hour) || hour > 23)
                return false;
            last = Last.Hour;
            if (Skip(ref rest, ':'))
            {
                if (!Number(ref rest, 2, strict, out minute) || minute > 59)
                    return false;
                last = Last.Minute;
                if (Skip(ref rest, ':'))
                {
                    if (!Number(ref rest, 2, strict, out second) || second > 59)
                        return false;
                    last = Last.Second;
                    if ((Skip(ref rest, '.') || Skip(ref rest, ',')) && !Fraction(ref rest, out millis, out last))
                        return false;
                }
            }

            hasZone = !rest.IsEmpty;
            if (!Zone(ref rest, out zone))
                return false;
        }

        if (!rest.IsEmpty)
            return false;
        var start = new DateTime(year, month, day, hour, minute, second, millis, DateTimeKind.Utc);
        var first = new DateTimeOffset(start).ToUnixTimeMilliseconds() - zone;
        date = new(first, first + Length(last) - 1, hasZone);
        return true;
    }

    static long Length(Last last) => last switch
    {
        Last.Day => 86_400_000,
        Last.Hour => 3_600_000,
        Last.Minute => 60_000,
        Last.Second => 1000,
        _ => 1,
    };

    static bool Skip(ref ReadOnlySpan<char> rest, char c)
    {
        if (rest.IsEmpty || rest[0] != c)
            return false;
        rest = rest[1..];
        return true;
    }

    static bool Number(ref ReadOnlySpan<char> rest, int digits, bool strict, out int value)
    {
        value = 0;
        var count = 0;
        while (count < digits && count < rest.Length && char.IsAsciiDigit(rest[count]))
            value = (value * 10) + rest[count++] - '0';
        rest = rest[count..];
        return strict || digits == 4 ? count == digits : count > 0;
    }

    static bool Fraction(ref ReadOnlySpan<char> rest, out int millis, out Last last)
    {
        (millis, last) = (0, Last.Millisecond);
        var count = 0;
        for (; count < rest.Length && char.IsAsciiDigit(rest[count]); count++)
        {
            if (count < 3)
                millis = (millis * 10) + rest[count] - '0';
        }

        for (var i = count; i < 3; i++)
            millis *= 10;
        rest = rest[count..];
        return count is >= 1 and <= 9;
    }

    // Z, +02:00, +0200 or +02, in milliseconds.
    static bool Zone(ref ReadOnlySpan<char> rest, out int zone)
    {
        zone = 0;
        if (rest.IsEmpty || Skip(ref rest, 'Z'))
            return true;
        var sign = rest[0] switch { '+' => 1, '-' => -1, _ => 0 };
        if (sign == 0)
            return false;
        rest = rest[1..];
        if (!Number(ref rest, 2, strict: true, out var hours) || hours > 18)
            return false;
        var minutes = 0;
        if ((Skip(ref rest, ':') || !rest.IsEmpty) && (!Number(ref rest, 2, strict: true, out minutes) || minutes > 59))
            return false;
        zone = sign * ((hours * 60) + minutes) * 60_000;
        return true;
    }

    enum Last
    {
        Day,
        Hour,
        Minute,
        Second,
        Millisecond,
    }
}
