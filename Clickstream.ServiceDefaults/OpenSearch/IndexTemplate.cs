using System.Text.Json.Nodes;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// One of the index templates of the folder <c>opensearch/</c>, which are part of this assembly, made ready for a cluster: for its
/// number of nodes, and for the names that the indices have there.
/// </summary>
sealed class IndexTemplate
{
    readonly JsonObject _json;

    IndexTemplate(string name, JsonObject json) => (Name, _json) = (name, json);

    /// <summary>The template's name, and that of the index.</summary>
    public string Name { get; }

    /// <summary>A template of a lower version is replaced.</summary>
    public long Version => (long)_json["version"]!;

    /// <summary>The fields of the mapping, by name.</summary>
    public JsonObject Fields => _json["template"]!["mappings"]!["properties"]!.AsObject();

    /// <summary>Loads the template of an index.</summary>
    /// <param name="prefix">What the names of our indices begin with.</param>
    /// <param name="suffix">Which of them: <c>events</c>, <c>sessions</c>, <c>dead-letters</c>, <c>indexer</c>.</param>
    public static IndexTemplate Load(string prefix, string suffix)
    {
        var resource = $"opensearch/clickstream-{suffix}.template.json";
        using var stream = typeof(IndexTemplate).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not part of the assembly.");
        var json = JsonNode.Parse(stream)!.AsObject();
        var name = $"{prefix}-{suffix}";
        json["index_patterns"] = new JsonArray(name, name + "-*");
        return new(name, json);
    }

    /// <summary>The template as a cluster with this many nodes for data needs it: a replica is never on the node of its original.</summary>
    public byte[] For(int dataNodes)
    {
        var json = _json.DeepClone().AsObject();
        if (dataNodes == 1)
        {
            var settings = json["template"]!["settings"]!.AsObject();
            (settings["index"] as JsonObject ?? settings)["number_of_replicas"] = 0;
        }
        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
