using System.Text.Json;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Searching;

/// <summary>Which parts of a document's source an answer has: all, none, or what paths with <c>*</c> name.</summary>
sealed class SourceFilter(bool isWanted, IReadOnlyList<string> includes, IReadOnlyList<string> excludes)
{
    public static SourceFilter All { get; } = new(true, [], []);

    public static SourceFilter Nothing { get; } = new(false, [], []);

    public bool IsWanted { get; } = isWanted;

    /// <summary>Reads <c>_source</c>: true, false, a path, an array of paths, or an object of includes and excludes.</summary>
    public static SourceFilter Parse(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.True:
                return All;
            case JsonValueKind.False:
                return Nothing;
            case JsonValueKind.String or JsonValueKind.Array:
                return new(true, Paths(json), []);
            case JsonValueKind.Object:
                IReadOnlyList<string> includes = [], excludes = [];
                foreach (var member in json.EnumerateObject())
                {
                    switch (member.Name)
                    {
                        case "includes" or "include":
                            includes = Paths(member.Value);
                            break;
                        case "excludes" or "exclude":
                            excludes = Paths(member.Value);
                            break;
                        default:
                            throw SearchException.Parsing($"Unknown key for a {JsonBody.TokenName(member.Value)} in [{member.Name}].");
                    }
                }

                return new(true, includes, excludes);
            default:
                throw SearchException.Parsing($"Expected one of [VALUE_BOOLEAN, START_OBJECT] but found [{JsonBody.TokenName(json)}]");
        }
    }

    /// <summary>Reads the parameters of the same meaning, or null if there are none.</summary>
    public static SourceFilter? ParseParameters(Func<string, string?> parameter)
    {
        var (source, includes, excludes) = (parameter("_source"), parameter("_source_includes"), parameter("_source_excludes"));
        if (source is null && includes is null && excludes is null)
            return null;
        if (source is "false")
            return Nothing;
        return new(true, [.. Split(source is "true" or "" ? null : source), .. Split(includes)], [.. Split(excludes)]);

        static string[] Split(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    public void Write(Utf8JsonWriter json, ReadOnlyMemory<byte> source)
    {
        if (includes.Count + excludes.Count == 0)
        {
            json.WriteRawValue(source.Span, skipInputValidation: true);
            return;
        }

        using var document = JsonDocument.Parse(source);
        WriteObject(json, document.RootElement, "", includes.Count == 0);
    }

    static List<string> Paths(JsonElement json) => [.. JsonBody.OneOrMany(json).Select(static path => JsonBody.Text(path) ?? "")];

    void WriteObject(Utf8JsonWriter json, JsonElement element, string path, bool isIncluded)
    {
        json.WriteStartObject();
        foreach (var member in element.EnumerateObject())
        {
            var inner = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (excludes.Any(pattern => Wildcard.Matches(pattern, inner)))
                continue;
            var takesAll = isIncluded || includes.Any(pattern => Wildcard.Matches(pattern, inner));
            if (!takesAll && !HasIncluded(member.Value, inner))
                continue;
            json.WritePropertyName(member.Name);
            WriteValue(json, member.Value, inner, takesAll);
        }

        json.WriteEndObject();
    }

    void WriteValue(Utf8JsonWriter json, JsonElement element, string path, bool isIncluded)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(json, element, path, isIncluded);
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    if (isIncluded || HasIncluded(item, path))
                        WriteValue(json, item, path, isIncluded);
                }

                json.WriteEndArray();
                break;
            default:
                element.WriteTo(json);
                break;
        }
    }

    // Whether something within a value that is not named itself is.
    bool HasIncluded(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(member =>
            includes.Any(pattern => Wildcard.Matches(pattern, $"{path}.{member.Name}")) || HasIncluded(member.Value, $"{path}.{member.Name}")),
        JsonValueKind.Array => element.EnumerateArray().Any(item => HasIncluded(item, path)),
        _ => false,
    };
}
