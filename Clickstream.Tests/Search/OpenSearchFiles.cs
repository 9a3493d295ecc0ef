using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search;

/// <summary>The files of the folder <c>opensearch</c>.</summary>
static class OpenSearchFiles
{
    /// <summary>An index template, by its index.</summary>
    public static JsonNode Template(string index)
    {
        var name = $"opensearch/{index}.template.json";
        using var stream = typeof(OpenSearchFiles).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"there is no {name}");
        return JsonNode.Parse(stream)!;
    }
}
