using System.Diagnostics;
using System.Text.Json;
using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Http;
using Clickstream.Local.Search.Indexing;

namespace Clickstream.Local.Search.Api;

/// <summary>
/// <c>_bulk</c>: many writes in one request, each with a result of its own. What is answered is on the disk: all items of an index share one
/// sync, those in conflict too, since the document that was there first may be another request's that has not synced yet.
/// </summary>
sealed class BulkApi(SearchNode node)
{
    static readonly string[] s_parameters = ["refresh", "timeout", "wait_for_active_shards", "routing", "_source"];

    public void Register(RouteTable routes)
    {
        routes.Add("POST,PUT", "/_bulk", Bulk, s_parameters);
        routes.Add("POST,PUT", "/{index}/_bulk", Bulk, s_parameters);
    }

    RestResponse Bulk(RestRequest request)
    {
        var begin = Stopwatch.GetTimestamp();
        var refresh = RefreshPolicy.Parse(request);
        var items = BulkRequest.Parse(request.Body, request.Part("index"));
        var updates = ParseUpdates(items);
        var results = new ItemResult[items.Count];
        var indices = new Dictionary<string, IndexWrites>(StringComparer.Ordinal);
        for (var i = 0; i < results.Length; i++)
            results[i] = Carry(items[i], indices, updates?[i]);
        Finish(results, indices.Values, refresh);
        return RestResponse.Json(json => Write(json, items, results, refresh == RefreshPolicy.Kind.Immediate, begin));
    }

    // A change that cannot be understood fails the whole request, as any malformed line does.
    static DocumentUpdate?[]? ParseUpdates(List<BulkItem> items)
    {
        if (!items.Exists(static item => item.Kind == WriteKind.Update))
            return null;
        return [.. items.Select(static item => item.Kind == WriteKind.Update ? DocumentUpdate.Parse(item.Source) : null)];
    }

    ItemResult Carry(in BulkItem item, Dictionary<string, IndexWrites> indices, DocumentUpdate? update)
    {
        var id = item.Id ?? DocumentId.Next();
        try
        {
            DocumentId.Check(id);
            if (!indices.TryGetValue(item.Index, out var writes))
                indices.Add(item.Index, writes = Find(item).BeginWrites());
            var result = update is null
                ? writes.Write(new(item.Id is null ? WriteKind.Create : item.Kind, id, item.Source, item.VersionType, item.Version, item.IfSeqNo))
                : update.Apply(writes, id, item.IfSeqNo) ?? throw WriteAnswer.Missing(writes.Index, id);
            return new(id, writes, result, null);
        }
        catch (SearchException e)
        {
            return new(id, null, default, e);
        }
    }

    SearchIndex Find(in BulkItem item) => item.Kind == WriteKind.Delete && item.VersionType == VersionType.Internal
        ? node.Indices.Find(item.Index) ?? throw SearchException.NoSuchIndex(item.Index, "index_expression")
        : node.Indices.FindOrCreate(item.Index);

    // What could not be made durable has failed, whatever was said of it before.
    static void Finish(ItemResult[] results, IEnumerable<IndexWrites> indices, RefreshPolicy.Kind refresh)
    {
        foreach (var writes in indices)
        {
            try
            {
                writes.Sync();
                if (refresh != RefreshPolicy.Kind.None)
                    writes.Index.Refresh();
            }
            catch (SearchException e)
            {
                for (var i = 0; i < results.Length; i++)
                {
                    if (results[i].Writes == writes)
                        results[i] = results[i] with { Error = e };
                }
            }
        }
    }

    static void Write(Utf8JsonWriter json, List<BulkItem> items, ItemResult[] results, bool isRefreshed, long begin)
    {
        json.WriteStartObject();
        json.WriteNumber("took", (long)Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        json.WriteBoolean("errors", results.Any(static result => result.IsError));
        json.WriteStartArray("items");
        for (var i = 0; i < results.Length; i++)
        {
            var (id, writes, result, error) = results[i];
            json.WriteStartObject();
            json.WriteStartObject(items[i].Name);
            if (results[i].IsError)
            {
                error ??= WriteAnswer.Conflict(writes!.Index, result);
                json.WriteString("_index", writes?.Index.Name ?? items[i].Index);
                json.WriteString("_id", id);
                json.WriteNumber("status", error.Status);
                json.WriteStartObject("error");
                ErrorBody.WriteMembers(json, error, withCause: true);
                json.WriteEndObject();
            }
            else
            {
                WriteAnswer.WriteMembers(json, writes!.Index, id, result, isRefreshed);
                json.WriteNumber("status", result.Status);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    readonly record struct ItemResult(string Id, IndexWrites? Writes, WriteResult Result, SearchException? Error)
    {
        public bool IsError => Error is not null || Result.Outcome == WriteOutcome.Conflict;
    }
}
