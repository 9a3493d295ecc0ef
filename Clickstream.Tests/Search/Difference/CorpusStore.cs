using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search.Difference;

/// <summary>Puts the same documents into indices of the same names on several servers.</summary>
static class CorpusStore
{
    const string HostileFields = """
        {"id":{"type":"keyword"},"count":{"type":"integer"},"long":{"type":"long"},"ratio":{"type":"double"},"word":{"type":"keyword"},
         "words":{"type":"keyword"},"flag":{"type":"boolean"},"time":{"type":"date"},"text":{"type":"text"}}
        """;

    static readonly ConcurrentDictionary<(Uri First, int Seed), Lazy<Task<Corpus[]>>> s_stored = new();

    /// <summary>Stores events, their sessions and hostile documents, once a seed: tests only read them.</summary>
    public static Task<Corpus[]> StoredAsync(IReadOnlyList<SearchHttp> servers, int seed) =>
        s_stored.GetOrAdd((servers[0].Server, seed), _ => new(() => StoreAsync(servers, seed))).Value;

    static async Task<Corpus[]> StoreAsync(IReadOnlyList<SearchHttp> servers, int seed)
    {
        var name = "diff-" + Guid.NewGuid().ToString("n");
        var events = CorpusDocuments.Events(seed);
        return
        [
            await StoreAsync(
                servers, $"{name}-events", Mappings("clickstream-events"), [.. CorpusDocuments.OfEvents(events)],
                ["event_time", "visitor_id", "event", "item_id"]),
            await StoreAsync(
                servers, $"{name}-sessions", Mappings("clickstream-sessions"), [.. CorpusDocuments.OfSessions(events)],
                ["visitor_id", "session_start"]),
            await StoreAsync(
                servers, $"{name}-hostile", new JsonObject { ["properties"] = JsonNode.Parse(HostileFields) },
                [.. CorpusDocuments.Hostile(seed, 400)], ["id"]),
        ];
    }

    static JsonNode Mappings(string index) => OpenSearchFiles.Template(index)["template"]!["mappings"]!.DeepClone();

    static async Task<Corpus> StoreAsync(
        IReadOnlyList<SearchHttp> servers, string index, JsonNode mappings, (string Id, JsonObject Source)[] documents, string[] order)
    {
        var body = new JsonObject { ["settings"] = new JsonObject { ["number_of_replicas"] = 0 }, ["mappings"] = mappings }.ToJsonString();
        var lines = BulkLines.Of("index", documents.Select(static document => (document.Id, document.Source.ToJsonString())));
        foreach (var server in servers)
        {
            (await server.PutAsync(index, body)).Is(200);
            (await server.BulkAsync($"{index}/_bulk?refresh=true", lines)).Is(200, """{"errors":false}""");
        }

        var fields = mappings["properties"]!.AsObject().Select(field => Field(field.Key, field.Value!, documents));
        return new Corpus(index, [.. fields], order, [.. documents.Select(static document => document.Id)]);
    }

    static CorpusField Field(string name, JsonNode mapping, (string Id, JsonObject Source)[] documents)
    {
        var kind = (string?)mapping["type"] switch
        {
            "keyword" => FieldKind.Keyword,
            "date" => FieldKind.Date,
            "boolean" => FieldKind.Boolean,
            "text" => FieldKind.Text,
            _ => FieldKind.Number,
        };
        var values = documents.SelectMany(document => document.Source[name] switch
        {
            JsonArray array => array.Select(static item => item!.AsValue()),
            JsonValue value => [value],
            _ => [],
        });

        // Parsed anew, as a value made of an int knows no double.
        var parsed = values.Select(static value => JsonNode.Parse(value.ToJsonString())!.AsValue());
        return new CorpusField(name, kind, [.. parsed], kind != FieldKind.Text && (bool?)mapping["doc_values"] != false);
    }
}
