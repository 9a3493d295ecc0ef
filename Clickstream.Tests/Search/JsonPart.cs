using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search;

/// <summary>
/// Compares JSON with what is expected of it: every member of an expected object must be there and equal, others may be, too;
/// arrays must have the same length and order; numbers are compared by value, so 1 equals 1.0.
/// </summary>
static class JsonPart
{
    /// <summary>Text is written as it is: quotes in a message are the readers' own.</summary>
    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where and how <paramref name="actual"/> differs; null where it does not.</summary>
    public static string? Difference(JsonNode? expected, JsonNode? actual, string path = "$")
    {
        switch (expected)
        {
            case JsonObject members:
                if (actual is not JsonObject other)
                    return Unequal(expected, actual, path);
                foreach (var (name, value) in members)
                {
                    if (!other.TryGetPropertyValue(name, out var found))
                        return $"{path}.{name} is missing";
                    if (Difference(value, found, $"{path}.{name}") is { } difference)
                        return difference;
                }
                return null;
            case JsonArray items:
                if (actual is not JsonArray array || array.Count != items.Count)
                    return Unequal(expected, actual, path);
                for (var i = 0; i < items.Count; i++)
                {
                    if (Difference(items[i], array[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")) is { } difference)
                        return difference;
                }
                return null;
            default:
                return AreEqual(expected, actual) ? null : Unequal(expected, actual, path);
        }
    }

    static bool AreEqual(JsonNode? expected, JsonNode? actual)
    {
        if (expected is null || actual is null)
            return expected is null && actual is null;
        if (expected.GetValueKind() != actual.GetValueKind())
            return false;
        if (expected.GetValueKind() != JsonValueKind.Number)
            return JsonNode.DeepEquals(expected, actual);

        // Whole numbers beyond 2^53 must not be compared as doubles; sums of doubles depend on the order of their terms.
        if (long.TryParse(expected.ToJsonString(), CultureInfo.InvariantCulture, out var whole)
            && long.TryParse(actual.ToJsonString(), CultureInfo.InvariantCulture, out var other))
            return whole == other;
        var (a, b) = (expected.GetValue<double>(), actual.GetValue<double>());
        return Math.Abs(a - b) <= 1e-9 * Math.Max(Math.Abs(a), Math.Abs(b));
    }

    static string Unequal(JsonNode? expected, JsonNode? actual, string path) =>
        $"{path} is {actual?.ToJsonString(Readable) ?? "null"} instead of {expected?.ToJsonString(Readable) ?? "null"}";
}
