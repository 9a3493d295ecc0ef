using System.Text.Json;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>Writes numbers that were computed from a field, for dates and booleans with the text that they stand for.</summary>
static class MetricValue
{
    public static void Write(Utf8JsonWriter json, string name, double value, FieldMapping? field)
    {
        json.WriteDouble(name, value);
        if (Text(field, value) is { } text)
            json.WriteString(name + "_as_string", text);
    }

    /// <summary>The text, or null if numbers of the field are only numbers.</summary>
    public static string? Text(FieldMapping? field, double value) => field?.Type switch
    {
        FieldType.Date => field.DateFormat.Format((long)value),
        FieldType.Boolean => value != 0 ? "true" : "false",
        _ => null,
    };
}
