using System.Text;
using System.Text.Json.Nodes;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Search;

/// <summary>A line of <c>opensearch/clickstream-dashboards.ndjson</c>, as OpenSearch Dashboards exports and imports it.</summary>
sealed record SavedObject(JsonObject Json)
{
    const string Resource = "opensearch/clickstream-dashboards.ndjson";

    /// <summary>The name under which a visualization refers to its index pattern.</summary>
    public const string IndexReference = "kibanaSavedObjectMeta.searchSourceJSON.index";

    public string Id => (string)Json["id"]!;

    public string Type => (string)Json["type"]!;

    public JsonObject Attributes => Json["attributes"]!.AsObject();

    public string Title => (string)Attributes["title"]!;

    public (string Name, string Type, string Id)[] References =>
    [
        .. Json["references"]!.AsArray()
            .Select(static reference => ((string)reference!["name"]!, (string)reference["type"]!, (string)reference["id"]!)),
    ];

    /// <summary>The file, which is part of the program.</summary>
    public static byte[] File { get; } = ReadFile();

    /// <summary>All of the file, in its order.</summary>
    public static SavedObject[] All { get; } =
        [.. Encoding.UTF8.GetString(File).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => new SavedObject(JsonNode.Parse(line)!.AsObject()))];

    /// <summary>Those of a type.</summary>
    public static IEnumerable<SavedObject> Of(string type) => All.Where(saved => saved.Type == type);

    /// <summary>One, by its id.</summary>
    public static SavedObject Get(string id) => All.Single(saved => saved.Id == id);

    /// <summary>An attribute that is JSON in a string.</summary>
    public JsonNode Inner(string attribute) => JsonNode.Parse((string)Attributes[attribute]!)!;

    /// <summary>Where a visualization searches, and a dashboard's query.</summary>
    public JsonNode SearchSource => JsonNode.Parse((string)Attributes["kibanaSavedObjectMeta"]!["searchSourceJSON"]!)!;

    /// <summary>The index pattern of a visualization.</summary>
    public SavedObject IndexPattern => Get(References.Single(static reference => reference.Name == IndexReference).Id);

    /// <summary>The aggregations of a visualization.</summary>
    public IEnumerable<JsonObject> Aggregations => Inner("visState")["aggs"]!.AsArray()
        .Select(static aggregation => aggregation!.AsObject()).Where(static aggregation => (bool)aggregation["enabled"]!);

    public override string ToString() => Id;

    static byte[] ReadFile()
    {
        using var stream = typeof(OpenSearchClient).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not part of the assembly.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
