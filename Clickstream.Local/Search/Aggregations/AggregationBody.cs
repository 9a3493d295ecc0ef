using System.Text.Json;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>An aggregation's parameters, each of which must be asked for before <see cref="Done"/>: what is left over is not known.</summary>
sealed class AggregationBody
{
    readonly string _type;
    readonly Dictionary<string, JsonElement> _members = [];

    public AggregationBody(string type, JsonElement json)
    {
        _type = type;
        if (json.ValueKind != JsonValueKind.Object)
            throw SearchException.Parsing($"[{type}] aggregation must be an object");
        foreach (var member in json.EnumerateObject())
            _members[member.Name] = member.Value;
    }

    public JsonElement? Take(string name) => _members.Remove(name, out var value) ? value : null;

    public string? Text(string name) => Take(name) is { } value ? JsonBody.Text(value) : null;

    public bool Flag(string name) => Take(name) is { } value && JsonBody.Bool(value);

    public long? Number(string name)
    {
        if (Take(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
            : throw Bad(name, $"[{name}] is not a whole number: {value.GetRawText()}");
    }

    public string Field() => Text("field") ?? throw SearchException.IllegalArgument("Required one of fields [field, script], but none were specified. ");

    public void Done()
    {
        foreach (var name in _members.Keys)
            throw SearchException.UnknownField(_type, name);
    }

    public SearchException Bad(string parameter, string reason) => new(
        400, "x_content_parse_exception", $"[{_type}] failed to parse field [{parameter}]", SearchException.IllegalArgument(reason));
}
