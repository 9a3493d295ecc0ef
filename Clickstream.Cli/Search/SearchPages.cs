using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Search;

/// <summary>Reads a whole index in the order of some of its fields, which together tell every document from the others.</summary>
static class SearchPages
{
    // The most that OpenSearch gives at once.
    const int PageSize = 10_000;

    /// <summary>Reads the hits, in pages that follow each other by <c>search_after</c>. A hit is valid until the next one is asked for.</summary>
    public static async IAsyncEnumerable<JsonElement> ReadAsync(
        OpenSearchClient client, string index, string[] order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        JsonNode? after = null;
        while (true)
        {
            var request = new JsonObject
            {
                ["size"] = PageSize,
                ["sort"] = new JsonArray([.. order.Select(static field => JsonValue.Create(field))]),
                ["track_total_hits"] = false,
            };
            if (after is not null)
                request["search_after"] = after;
            using var page = await client.SearchAsync(index, JsonSerializer.SerializeToUtf8Bytes(request), cancellationToken);
            var hits = page.RootElement.GetProperty("hits").GetProperty("hits");
            foreach (var hit in hits.EnumerateArray())
                yield return hit;

            var count = hits.GetArrayLength();
            if (count < PageSize)
                yield break;
            after = JsonNode.Parse(hits[count - 1].GetProperty("sort").GetRawText());
        }
    }
}
