using System.Text.Json;
using System.Text.Json.Nodes;
using Clickstream.Core.Errors;

namespace Clickstream.ServiceDefaults;

/// <summary>Our indices: their names, and their making from the templates of the folder <c>opensearch/</c>.</summary>
public sealed class SearchIndices
{
    static readonly string[] s_suffixes = ["events", "sessions", "dead-letters", "indexer"];

    readonly OpenSearchClient _client;
    readonly IndexTemplate[] _templates;

    /// <param name="client">The cluster.</param>
    /// <param name="prefix">What all names begin with.</param>
    internal SearchIndices(OpenSearchClient client, string prefix)
    {
        _client = client;
        _templates = [.. s_suffixes.Select(suffix => IndexTemplate.Load(prefix, suffix))];
    }

    /// <summary>A document for each event; its id is the event's identity.</summary>
    public string Events => _templates[0].Name;

    /// <summary>A document for each session; its id is the session's.</summary>
    public string Sessions => _templates[1].Name;

    /// <summary>A document for each record that is no event, and for each document that OpenSearch refuses.</summary>
    public string DeadLetters => _templates[2].Name;

    /// <summary>The indexer's own: a document for each partition whose committed offset speaks of the index of events.</summary>
    public string Notes => _templates[3].Name;

    /// <summary>Those that hold something for users, which are their templates' names, too.</summary>
    public string[] Names => [Events, Sessions, DeadLetters];

    /// <summary>Deletes all of them, with what they hold; an indexer that runs makes them again, and fills them from the beginning.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        foreach (var template in _templates)
            await _client.DeleteIndexAsync(template.Name, cancellationToken);
    }

    /// <summary>
    /// Sees to the templates and the indices: a template is put where there is none or one of a lower version, an index made where there
    /// is none. What is there is not changed.
    /// </summary>
    /// <returns>The names of the indices that were made just now.</returns>
    /// <exception cref="ClickstreamException">An index has other mappings than its template.</exception>
    public async Task<IReadOnlyList<string>> EnsureAsync(CancellationToken cancellationToken)
    {
        var dataNodes = await _client.DataNodesAsync(cancellationToken);
        var made = new List<string>();
        foreach (var template in _templates)
        {
            if (!(await _client.TemplateVersionAsync(template.Name, cancellationToken) >= template.Version))
                await _client.PutTemplateAsync(template.Name, template.For(dataNodes), cancellationToken);
            if (!await _client.IndexExistsAsync(template.Name, cancellationToken) && await _client.CreateIndexAsync(template.Name, cancellationToken))
                made.Add(template.Name);
            else
                await CheckAsync(template, cancellationToken);
        }
        return made;
    }

    async Task CheckAsync(IndexTemplate template, CancellationToken cancellationToken)
    {
        using var answer = await _client.MappingAsync(template.Name, cancellationToken);
        foreach (var (index, fields) in JsonAnswer.Read(answer, FieldsByIndex))
        {
            if (Difference(template.Fields, fields) is { } difference)
            {
                throw new ClickstreamException(ExitCode.Conflict,
                    $"index {index} at {_client.Address} has {difference}: reindex it, or delete it and start again, which fills it anew, "
                    + "or set another OpenSearch:IndexPrefix");
            }
        }
    }

    static List<(string Index, JsonElement Fields)> FieldsByIndex(JsonElement root) => [.. root.EnumerateObject().Select(static index =>
        (index.Name, index.Value.GetProperty("mappings").TryGetProperty("properties", out var properties) ? properties : default))];

    /// <summary>The first field that an index has not, or has otherwise; null where there is none.</summary>
    internal static string? Difference(JsonObject expected, JsonElement actual, string path = "")
    {
        foreach (var (name, field) in expected)
        {
            var type = TypeOf(field!.AsObject());
            if (actual.ValueKind != JsonValueKind.Object || !actual.TryGetProperty(name, out var found))
                return $"no field {path}{name}, which is {type} in its template";
            var foundType = found.TryGetProperty("type", out var text) ? text.GetString()! : "object";
            if (foundType != type)
                return $"field {path}{name} of type {foundType}, which is {type} in its template";
            if (field["properties"] is JsonObject inner
                && Difference(inner, found.TryGetProperty("properties", out var properties) ? properties : default, $"{path}{name}.") is { } difference)
                return difference;
        }
        return null;
    }

    static string TypeOf(JsonObject field) => (string?)field["type"] ?? "object";
}
