using System.Globalization;
using System.Text.Json;

namespace Clickstream.Local.Search.Json;

/// <summary>Writes floating-point numbers as Java does: always with a fraction, large and small ones with an exponent.</summary>
static class JavaNumbers
{
    public static void WriteDouble(this Utf8JsonWriter json, double value) => Write(json, ToJava(value), double.IsFinite(value));

    public static void WriteDouble(this Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        json.WriteDouble(value);
    }

    public static void WriteFloat(this Utf8JsonWriter json, float value) => Write(json, ToJava(value), float.IsFinite(value));

    public static string ToJava(double value) =>
        double.IsFinite(value) ? Shape(value.ToString("E16", CultureInfo.InvariantCulture), value.ToString("R", CultureInfo.InvariantCulture), Math.Abs(value)) : NotFinite(value);

    static string ToJava(float value) => float.IsFinite(value)
        ? Shape(value.ToString("E8", CultureInfo.InvariantCulture), value.ToString("R", CultureInfo.InvariantCulture), Math.Abs(value))
        : NotFinite(value);

    static void Write(Utf8JsonWriter json, string text, bool isNumber)
    {
        if (isNumber)
            json.WriteRawValue(text, skipInputValidation: true);
        else
            json.WriteStringValue(text);
    }

    static string NotFinite(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    static string Shape(string scientific, string shortest, double magnitude)
    {
        if (magnitude == 0 || (magnitude >= 1e-3 && magnitude < 1e7))
            return shortest.Contains('.', StringComparison.Ordinal) ? shortest : shortest + ".0";

        // The digits of the shortest form that reads back as the same number, one before the point.
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var end = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = end < 0 ? shortest : shortest[..end];
        var digits = mantissa.Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).Trim('0');
        var sign = mantissa[0] == '-' ? "-" : "";
        return $"{sign}{digits[0]}.{(digits.Length > 1 ? digits[1..] : "0")}E{exponent.ToString(CultureInfo.InvariantCulture)}";
    }
}
