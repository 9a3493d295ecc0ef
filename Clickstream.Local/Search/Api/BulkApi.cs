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
    static readonly string[] s_parameters = ["refresh", "timeout", "wait_for_active_shards", "require_alias", "routing", "_source"];

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
        var indices = new Dictionary<string, SearchIndex>(StringComparer.Ordinal);
        for (var i = 0; i < results.Length; i++)
            results[i] = Carry(items[i], indices, updates?[i]);
        Finish(results, indices.Values.Distinct(), refresh);
        return RestResponse.Json(json => Write(json, items, results, refresh == RefreshPolicy.Kind.Immediate, begin));
    }

    // A change that cannot be understood fails the whole request, as any malformed line does.
    static DocumentUpdate?[]? ParseUpdates(List<BulkItem> items)
    {
        if (!items.Exists(static item => item.Kind == WriteKind.Update))
            return null;
        return [.. items.Select(static item => item.Kind == WriteKind.Update ? DocumentUpdate.Parse(item.Source) : null)];
    }

    ItemResult Carry(in BulkItem item, Dictionary<string, SearchIndex> indices, DocumentUpdate? update)
    {
        var id = item.Id ?? DocumentId.Next();
        try
        {
            DocumentId.Check(id);
            if (!indices.TryGetValue(item.Index, out var index))
                indices.Add(item.Index, index = Find(item));
            var result = update is null
                ? index.Write(new(item.Id is null ? WriteKind.Create : item.Kind, id, item.Source, item.VersionType, item.Version, item.IfSeqNo))
                : update.Apply(index, id, item.IfSeqNo) ?? throw WriteAnswer.Missing(index, id);
            return new(id, index, result, null);
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
    static void Finish(ItemResult[] results, IEnumerable<SearchIndex> indices, RefreshPolicy.Kind refresh)
    {
        foreach (var index in indices)
        {
            try
            {
                index.Sync();
                if (refresh != RefreshPolicy.Kind.None)
                    index.Refresh();
            }
            catch (SearchException e)
            {
                for (var i = 0; i < results.Length; i++)
                {
                    if (results[i].Index == index)
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
            var (id, index, result, error) = results[i];
            json.WriteStartObject();
            json.WriteStartObject(items[i].Name);
            if (results[i].IsError)
            {
                error ??= WriteAnswer.Conflict(index!, result);
                json.WriteString("_index", index?.Name ?? items[i].Index);
                json.WriteString("_id", id);
                json.WriteNumber("status", error.Status);
                json.WriteStartObject("error");
                ErrorBody.WriteMembers(json, error, withCause: true);
                json.WriteEndObject();
            }
            else
            {
                WriteAnswer.WriteMembers(json, index!, id, result, isRefreshed);
                json.WriteNumber("status", result.Status);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    readonly record struct ItemResult(string Id, SearchIndex? Index, WriteResult Result, SearchException? Error)
    {
        public bool IsError => Error is not null || Result.Outcome == WriteOutcome.Conflict;
    }
}
