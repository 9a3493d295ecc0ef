using System.Text.Json;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;

namespace Clickstream.Local.Search.Cluster;

/// <summary>A composable index template: what an index gets whose name fits one of its patterns.</summary>
sealed class IndexTemplate
{
    readonly JsonElement _json;

    IndexTemplate(string name, JsonElement json) => (Name, _json) = (name, json);

    public string Name { get; }

    public IReadOnlyList<string> Patterns { get; private set; } = [];

    public long Priority { get; private set; }

    public IndexSettings Settings { get; private set; } = IndexSettings.None;

    public Mapping Mapping { get; private set; } = Mapping.Empty;

    public IReadOnlyList<string> Aliases { get; private set; } = [];

    /// <exception cref="SearchException">A part that is wrong or not known.</exception>
    public static IndexTemplate Parse(string name, JsonElement json)
    {
        var template = new IndexTemplate(name, json);
        foreach (var member in json.EnumerateObject())
            template.Read(member);
        return template.Patterns.Count > 0 ? template : throw SearchException.IllegalArgument("Required [index_patterns]");
    }

    public bool Fits(string index) => Patterns.Any(pattern => Wildcard.Matches(pattern, index));

    /// <summary>As <c>GET _index_template</c> shows it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("index_patterns");
        foreach (var pattern in Patterns)
            json.WriteStringValue(pattern);
        json.WriteEndArray();
        if (_json.TryGetProperty("template", out var template))
        {
            json.WriteStartObject("template");
            foreach (var member in template.EnumerateObject())
                WriteTemplateMember(json, member);
            json.WriteEndObject();
        }

        json.WriteStartArray("composed_of");
        json.WriteEndArray();
        foreach (var name in (string[])["priority", "version", "_meta"])
        {
            if (_json.TryGetProperty(name, out var value))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    void Read(JsonProperty member)
    {
        switch (member.Name)
        {
            case "index_patterns":
                Patterns = [.. JsonBody.OneOrMany(member.Value).Select(static pattern => JsonBody.Text(pattern) ?? "")];
                break;
            case "priority":
                Priority = member.Value.TryGetInt64(out var priority) && priority >= 0
                    ? priority
                    : throw SearchException.Validation("index template priority must be >= 0");
                break;
            case "version" when member.Value.ValueKind == JsonValueKind.Number:
            case "_meta" when member.Value.ValueKind == JsonValueKind.Object:
            case "composed_of" when member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() == 0:
                break;
            case "composed_of":
                throw SearchException.IllegalArgument("[composed_of] is not supported by this node: there are no component templates");
            case "template":
                foreach (var part in member.Value.EnumerateObject())
                    ReadTemplateMember(part);
                break;
            default:
                throw SearchException.UnknownField("index_template", member.Name);
        }
    }

    void ReadTemplateMember(JsonProperty part)
    {
        switch (part.Name)
        {
            case "settings":
                Settings = Checked(() => IndexSettings.Parse(part.Value), cause => new(
                    400, "invalid_index_template_exception", $"index_template [{Name}] invalid, cause [Validation Failed: 1: {cause.Message};]"));
                break;
            case "mappings":
                Mapping = Checked(() => MappingParser.Parse(part.Value), cause => SearchException.IllegalArgument(
                    $"composable template [{Name}] template after composition is invalid: {cause.Message}", cause));
                break;
            case "aliases":
                Aliases = AliasDefinitions.Parse(part.Value);
                break;
            default:
                throw SearchException.UnknownField("template", part.Name);
        }
    }

    static T Checked<T>(Func<T> parse, Func<SearchException, SearchException> invalid)
    {
        try
        {
            return parse();
        }
        catch (SearchException e)
        {
            throw invalid(e);
        }
    }

    void WriteTemplateMember(Utf8JsonWriter json, JsonProperty part)
    {
        json.WritePropertyName(part.Name);
        if (part.Name != "settings")
        {
            part.Value.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("index");
        Settings.WriteMembers(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
