using System.Net;
using System.Text;
using System.Text.Json;

namespace Clickstream.ServiceDefaults;

/// <summary>What OpenSearch's errors mean for whoever sent the request.</summary>
static class OpenSearchErrors
{
    /// <summary>Reasons can be long, and end in logs and documents.</summary>
    const int MaxReasonLength = 300;

    /// <summary>
    /// True where the same thing can succeed later: too much at once, a cluster that is not whole, an index that is missing, closed or
    /// blocked (as it is at the disk's flood stage) until somebody sees to that.
    /// </summary>
    public static bool IsPassing(int status, string type) => status is 429 or >= 500
        || type is "cluster_block_exception" or "index_not_found_exception" or "index_closed_exception";

    /// <summary>True where <paramref name="e"/> says that OpenSearch could not be reached, or did not answer in time.</summary>
    public static bool IsUnreachable(Exception e) => e is HttpRequestException or TimeoutException or IOException;

    /// <summary>The error in a body such as <c>{"error":{"type":"...","reason":"..."},"status":404}</c>; a proxy's may be anything.</summary>
    public static OpenSearchException Read(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error))
            {
                if (error.ValueKind != JsonValueKind.Object)
                    return new(status, "", Shorten(error.ToString()));
                // A search fails by shard: "all shards failed" says nothing, their cause does.
                var cause = Text(error, "type") == "search_phase_execution_exception" && error.TryGetProperty("root_cause", out var causes)
                    && causes.ValueKind == JsonValueKind.Array && causes.GetArrayLength() > 0 ? causes[0] : error;
                return new(status, Text(cause, "type"), Shorten(Text(cause, "reason")));
            }
        }
        catch (JsonException)
        {
            // Not OpenSearch's own words.
        }
        return new(status, "", Shorten(Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxReasonLength)]).Trim()));
    }

    public static string Shorten(string reason)
    {
        var line = reason.ReplaceLineEndings(" ");
        return line.Length <= MaxReasonLength ? line : line[..MaxReasonLength] + "...";
    }

    static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
