using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search;

/// <summary>The files of the folder <c>opensearch</c>.</summary>
static class OpenSearchFiles
{
    /// <summary>An index template, by its index.</summary>
    public static JsonNode Template(string index) => JsonNode.Parse(Read($"{index}.template.json"))!;

    /// <summary>The lines of the saved objects.</summary>
    public static string[] SavedObjects() => Read("clickstream-dashboards.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    static string Read(string name)
    {
        using var stream = typeof(OpenSearchFiles).Assembly.GetManifestResourceStream($"opensearch/{name}")
            ?? throw new InvalidOperationException($"there is no opensearch/{name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
