using System.Globalization;
using System.Text;

namespace Clickstream.Local.Search.Mappings;

/// <summary>
/// A date format as a mapping or an aggregation names it: alternatives separated by <c>||</c>. Reading tries each, writing uses the first.
/// </summary>
sealed class DateFormat
{
    readonly Alternative[] _alternatives;

    DateFormat(string pattern, Alternative[] alternatives) => (Pattern, _alternatives) = (pattern, alternatives);

    /// <summary>What a date field has unless it says otherwise.</summary>
    public static DateFormat Default { get; } = TryCreate("strict_date_optional_time||epoch_millis")!;

    public string Pattern { get; }

    /// <summary>The format, or null if a part of it is not known here.</summary>
    public static DateFormat? TryCreate(string pattern)
    {
        var alternatives = new List<Alternative>();
        foreach (var name in pattern.Split("||"))
        {
            if (TryFind(name) is not { } alternative)
                return null;
            alternatives.Add(alternative);
        }

        return new(pattern, [.. alternatives]);
    }

    /// <exception cref="FormatException">None of the alternatives fits.</exception>
    public ParsedDate Parse(string text)
    {
        foreach (var alternative in _alternatives)
        {
            if (alternative.TryParse(text) is { } date)
                return date;
        }

        throw new FormatException($"failed to parse date field [{text}] with format [{Pattern}]");
    }

    public string Format(long millis) => _alternatives[0].Format(millis);

    static Alternative? TryFind(string name) => name switch
    {
        "strict_date_optional_time" or "strict_date_time" or "strict_date_optional_time_nanos" => new(static text => Iso(text, true), FormatIso),
        "date_optional_time" or "date_time" or "iso8601" => new(static text => Iso(text, false), FormatIso),
        "epoch_millis" => new(static text => Epoch(text, 1), static millis => millis.ToString(CultureInfo.InvariantCulture)),
        "epoch_second" => new(static text => Epoch(text, 1000), static millis => FloorDiv(millis, 1000).ToString(CultureInfo.InvariantCulture)),
        "strict_date" or "date" => FromPattern("yyyy-MM-dd"),
        "basic_date" => FromPattern("yyyyMMdd"),
        _ => FromPattern(name),
    };

    static ParsedDate? Iso(string text, bool strict) => IsoDate.TryParse(text, strict, out var date) ? date : null;

    static ParsedDate? Epoch(string text, int factor)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || Math.Abs(number) > long.MaxValue / 1000)
            return null;
        var millis = (long)decimal.Floor(number * factor);
        return new(millis, millis);
    }

    static string FormatIso(long millis)
    {
        // Beyond what a DateTime holds there is no text to write.
        return millis is < -62_135_596_800_000 or > 253_402_300_799_999
            ? millis.ToString(CultureInfo.InvariantCulture)
            : DateTimeOffset.FromUnixTimeMilliseconds(millis).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    static Alternative? FromPattern(string java)
    {
        if (TranslatePattern(java) is not { } pattern)
            return null;
        return new(
            text => DateTime.TryParseExact(
                text, pattern, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
                ? new(new DateTimeOffset(date).ToUnixTimeMilliseconds(), new DateTimeOffset(date).ToUnixTimeMilliseconds(), HasZone: false)
                : null,
            millis => DateTimeOffset.FromUnixTimeMilliseconds(millis).UtcDateTime.ToString(pattern, CultureInfo.InvariantCulture));
    }

    // Java's letters in the numbers that mean the same in .NET, and text in quotes; null if there is anything else.
    static string? TranslatePattern(string java)
    {
        var pattern = new StringBuilder();
        for (var i = 0; i < java.Length;)
        {
            var c = java[i];
            var run = 1;
            while (i + run < java.Length && java[i + run] == c)
                run++;
            if (c == '\'')
            {
                var end = java.IndexOf('\'', i + 1);
                if (end < 0)
                    return null;
                pattern.Append(java, i, end - i + 1);
                i = end + 1;
                continue;
            }

            if (char.IsAsciiLetter(c))
            {
                var translated = (c, run) switch
                {
                    ('y' or 'u', 4) => "yyyy",
                    ('M', 1 or 2) or ('d', 1 or 2) or ('H', 1 or 2) or ('m', 1 or 2) or ('s', 1 or 2) => new string(c, run),
                    ('S', <= 3) => new string('f', run),
                    _ => null,
                };
                if (translated is null)
                    return null;

                // A letter alone would be one of .NET's standard formats.
                pattern.Append(java.Length == 1 ? "%" : "").Append(translated);
            }
            else if (c is '/' or ':')
            {
                // Kept from becoming a culture's separator.
                pattern.Insert(pattern.Length, $"'{c}'", run);
            }
            else
            {
                pattern.Append(c, run);
            }

            i += run;
        }

        return pattern.ToString();
    }

    static long FloorDiv(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);

    sealed record Alternative(Func<string, ParsedDate?> TryParse, Func<long, string> Format);
}
