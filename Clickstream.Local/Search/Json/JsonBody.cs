using System.Text.Json;

namespace Clickstream.Local.Search.Json;

/// <summary>Reads request bodies, with OpenSearch's words for what is wrong with them.</summary>
static class JsonBody
{
    static readonly JsonDocumentOptions s_options = new() { MaxDepth = 128, AllowDuplicateProperties = false };

    /// <summary>A tree of its own memory: the bytes may go afterwards.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_options);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw EndsEarly(json.Span)
                ? new(400, "json_e_o_f_exception", $"Unexpected end-of-input: {e.Message}")
                : SearchException.Json(e.Message);
        }
    }

    // Whether all is well as far as it goes.
    static bool EndsEarly(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, new(new() { MaxDepth = s_options.MaxDepth }));
        try
        {
            while (reader.Read())
            {
            }

            return reader.CurrentDepth > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>What Jackson calls the first token of a value.</summary>
    public static string TokenName(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "START_OBJECT",
        JsonValueKind.Array => "START_ARRAY",
        JsonValueKind.String => "VALUE_STRING",
        JsonValueKind.Number => "VALUE_NUMBER",
        JsonValueKind.Null => "VALUE_NULL",
        _ => "VALUE_BOOLEAN",
    };

    /// <summary>A value as a string, whatever its kind; null for null.</summary>
    public static string? Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Null => null,
        _ => element.GetRawText(),
    };

    /// <summary>A boolean, given as such or as its name.</summary>
    public static bool Bool(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when element.GetString() is "true" => true,
        JsonValueKind.String when element.GetString() is "false" or "" => false,
        _ => throw SearchException.IllegalArgument($"Failed to parse value [{Text(element)}] as only [true] or [false] are allowed."),
    };

    /// <summary>An int, given as such or as text.</summary>
    public static int Int(JsonElement element, string name) =>
        (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number))
        || (element.ValueKind == JsonValueKind.String && int.TryParse(element.GetString(), out number))
            ? number
            : throw SearchException.Parsing($"[{name}] is not an integer: {element.GetRawText()}");

    /// <summary>One value or an array of them.</summary>
    public static IEnumerable<JsonElement> OneOrMany(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [element];
}
