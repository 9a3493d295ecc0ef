using System.Text.Json;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Searching;

/// <summary>
/// A key that hits are sorted by, as the request has it. <paramref name="Missing"/>: null, <c>_first</c>, <c>_last</c> or a value.
/// <paramref name="UnmappedType"/>: Null unless an index without the field is to be taken as one in which nobody has it.
/// </summary>
sealed record SortSpec(string Field, bool IsDescending, JsonElement? Missing = null, string? UnmappedType = null)
{
    public const string Score = "_score";
    public const string Doc = "_doc";

    /// <summary>Reads <c>"field"</c>, <c>{"field":"desc"}</c>, <c>{"field":{...}}</c>, or an array of them.</summary>
    public static List<SortSpec> Parse(JsonElement json)
    {
        var keys = new List<SortSpec>();
        foreach (var key in JsonBody.OneOrMany(json))
        {
            switch (key.ValueKind)
            {
                case JsonValueKind.String:
                    keys.Add(new(key.GetString()!, key.ValueEquals(Score)));
                    break;
                case JsonValueKind.Object:
                    keys.AddRange(key.EnumerateObject().Select(ParseMember));
                    break;
                default:
                    throw SearchException.IllegalArgument("malformed sort format, within the sort array, an object, or an actual string are allowed");
            }
        }

        return keys;
    }

    /// <summary>Reads the parameter's form: <c>field:desc,other</c>.</summary>
    public static List<SortSpec> ParseParameter(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static part =>
        {
            var colon = part.LastIndexOf(':');
            return colon < 0 ? new SortSpec(part, part == Score) : new(part[..colon], IsDesc(part[(colon + 1)..]));
        })];

    static SortSpec ParseMember(JsonProperty member)
    {
        var spec = new SortSpec(member.Name, member.Name == Score);
        if (member.Value.ValueKind != JsonValueKind.Object)
            return spec with { IsDescending = IsDesc(JsonBody.Text(member.Value)) };
        foreach (var parameter in member.Value.EnumerateObject())
        {
            spec = parameter.Name switch
            {
                "order" => spec with { IsDescending = IsDesc(JsonBody.Text(parameter.Value)) },
                "missing" => spec with { Missing = parameter.Value.Clone() },
                "unmapped_type" => spec with { UnmappedType = JsonBody.Text(parameter.Value) },
                _ => throw SearchException.UnknownField("field_sort", parameter.Name),
            };
        }

        return spec;
    }

    static bool IsDesc(string? order) => order?.ToLowerInvariant() switch
    {
        "desc" => true,
        "asc" => false,
        _ => throw SearchException.IllegalArgument($"No enum constant org.opensearch.search.sort.SortOrder.{order?.ToUpperInvariant()}"),
    };
}
