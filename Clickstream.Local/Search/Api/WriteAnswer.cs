using System.Text.Json;
using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Indexing;

namespace Clickstream.Local.Search.Api;

/// <summary>Writes what has become of writes, for one document and for the items of a bulk.</summary>
static class WriteAnswer
{
    public static void WriteMembers(Utf8JsonWriter json, SearchIndex index, string id, in WriteResult result, bool isRefreshed)
    {
        json.WriteString("_index", index.Name);
        json.WriteString("_id", id);
        json.WriteNumber("_version", result.Version);
        json.WriteString("result", result.Name);
        if (isRefreshed)
            json.WriteBoolean("forced_refresh", true);
        json.WriteStartObject("_shards");
        json.WriteNumber("total", 1 + index.Metadata.Settings.Replicas);
        json.WriteNumber("successful", 1);
        json.WriteNumber("failed", 0);
        json.WriteEndObject();
        json.WriteNumber("_seq_no", result.SeqNo);
        json.WriteNumber("_primary_term", 1);
    }

    public static SearchException Conflict(SearchIndex index, in WriteResult result) => OfDocument(index, 409, "version_conflict_engine_exception", result.Reason);

    public static SearchException Missing(SearchIndex index, string id) => OfDocument(index, 404, "document_missing_exception", $"[{id}]: document missing");

    static SearchException OfDocument(SearchIndex index, int status, string type, string reason) => new(status, type, reason)
    {
        Details = [new("index", index.Name), new("shard", "0"), new("index_uuid", index.Metadata.Uuid)],
    };
}
