using System.Globalization;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Mappings;

/// <summary>
/// Numbers, dates and booleans are kept as longs that sort as the values do: a whole number as itself, a date as Unix milliseconds,
/// a boolean as 0 or 1, a float or double as its bits in sortable order.
/// </summary>
static class NumericValue
{
    /// <summary>
    /// Reads a value as a document or a query has it, given as text. <paramref name="coerce"/>: Whether 2.7 is 2, as it is in documents;
    /// a query for it finds nothing.
    /// </summary>
    /// <exception cref="FormatException">It is no such value; the message is OpenSearch's.</exception>
    public static long Parse(FieldMapping field, ReadOnlySpan<char> text, bool coerce)
    {
        switch (field.Type)
        {
            case FieldType.Date:
                return field.DateFormat.Parse(text.ToString()).Millis;
            case FieldType.Boolean:
                return text switch
                {
                    "true" => 1,
                    "false" or "" => 0,
                    _ => throw new FormatException($"Failed to parse value [{text}] as only [true] or [false] are allowed."),
                };
            case FieldType.Double or FieldType.Float:
                return FromDouble(field.Type, ParseDouble(text));
            default:
                return ParseWhole(field.Type, text, coerce);
        }
    }

    public static long FromDouble(FieldType type, double value)
    {
        if (type == FieldType.Float)
        {
            value = (float)value;
        }

        return double.IsFinite(value)
            ? NumericUtils.DoubleToSortableInt64(value)
            : throw new FormatException($"[{type.Name()}] supports only finite values, but got [{Json.JavaNumbers.ToJava(value)}]");
    }

    /// <summary>The value as what aggregations compute with.</summary>
    public static double ToDouble(FieldType type, long value) => type.IsFloatingPoint() ? NumericUtils.SortableInt64ToDouble(value) : value;

    public static double ParseDouble(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException(text.IsEmpty ? "empty String" : $"For input string: \"{text}\"");

    static long ParseWhole(FieldType type, ReadOnlySpan<char> text, bool coerce)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            var number = ParseDouble(text);
            if (!coerce && number != Math.Truncate(number))
                throw new FormatException($"Value [{text}] has a decimal part");
            if (number is < -9223372036854775808d or >= 9223372036854775808d)
                throw new FormatException($"Value [{text}] is out of range for a {type.Name()}");
            value = (long)number;
        }

        var (min, max) = type.Range();
        return value >= min && value <= max ? value : throw new FormatException($"Value [{text}] is out of range for {(type == FieldType.Integer ? "an" : "a")} {type.Name()}");
    }
}
