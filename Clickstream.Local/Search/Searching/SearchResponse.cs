using System.Text.Json;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Searching;

/// <summary>Writes what a search has found.</summary>
static class SearchResponse
{
    public static void Write(Utf8JsonWriter json, SearchRequest request, SearchExecution found, long tookMs)
    {
        json.WriteStartObject();
        json.WriteNumber("took", tookMs);
        json.WriteBoolean("timed_out", false);
        WriteShards(json, found.ShardCount);
        json.WriteStartObject("hits");
        WriteTotal(json, request, found);
        if (found.IsSorted && found.MaxScore is null || found.Hits.Count == 0 && found.ShardCount > 0)
            json.WriteNull("max_score");
        else
            WriteScore(json, "max_score", found.MaxScore ?? 0);
        json.WriteStartArray("hits");
        foreach (var hit in found.Hits)
            WriteHit(json, request, found, hit);
        json.WriteEndArray();
        json.WriteEndObject();
        if (found.Aggregators.Count > 0)
        {
            json.WriteStartObject("aggregations");
            foreach (var aggregator in found.Aggregators)
                aggregator.WriteNamed(json, 0);

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static void WriteShards(Utf8JsonWriter json, int count, bool withSkipped = true)
    {
        json.WriteStartObject("_shards");
        json.WriteNumber("total", count);
        json.WriteNumber("successful", count);
        if (withSkipped)
            json.WriteNumber("skipped", 0);
        json.WriteNumber("failed", 0);
        json.WriteEndObject();
    }

    static void WriteTotal(Utf8JsonWriter json, SearchRequest request, SearchExecution found)
    {
        if (request.TrackedHits < 0)
            return;
        json.WriteStartObject("total");
        json.WriteNumber("value", Math.Min(found.Total, request.TrackedHits));
        json.WriteString("relation", found.Total > request.TrackedHits ? "gte" : "eq");
        json.WriteEndObject();
    }

    static void WriteScore(Utf8JsonWriter json, string name, float score)
    {
        json.WritePropertyName(name);
        if (float.IsNaN(score))
            json.WriteNullValue();
        else
            json.WriteFloat(score);
    }

    static void WriteHit(Utf8JsonWriter json, SearchRequest request, SearchExecution found, in Hit hit)
    {
        var stored = new StoredFields();
        hit.Leaf.Reader.Document(hit.Document, stored);
        json.WriteStartObject();
        json.WriteString("_index", hit.Leaf.Shard.Index.Name);
        json.WriteString("_id", stored.Id);
        if (request.WithVersion)
            json.WriteNumber("_version", IndexLookup.Version(hit.Leaf.Reader, hit.Document));
        if (request.WithSeqNo)
        {
            json.WriteNumber("_seq_no", IndexLookup.SeqNo(hit.Leaf.Reader, hit.Document));
            json.WriteNumber("_primary_term", 1);
        }

        WriteScore(json, "_score", hit.Score);
        if (request.EffectiveSource.IsWanted)
        {
            json.WritePropertyName("_source");
            request.EffectiveSource.Write(json, stored.Source);
        }

        if (request.DocValueFields.Count > 0)
            HitFields.Write(json, request.DocValueFields, hit);
        if (found.IsSorted)
        {
            json.WriteStartArray("sort");
            for (var i = 0; i < found.Keys.Length; i++)
                found.Keys[i].Write(json, hit.Keys[i]);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
