using System.Diagnostics;
using System.Text.Json;
using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Http;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Api;

/// <summary>
/// <c>_delete_by_query</c>: deletes what a query finds now. A document that is written meanwhile stays, and counts as a conflict.
/// </summary>
sealed class DeleteByQueryApi(SearchNode node)
{
    const int BatchSize = 1000;

    static readonly string[] s_parameters = ["refresh", "conflicts", "q", "df", "default_operator", "analyze_wildcard", "lenient", "ignore_unavailable", "allow_no_indices", "expand_wildcards", "timeout", "wait_for_active_shards", "wait_for_completion", "scroll_size", "requests_per_second", "slices", "routing", "preference", "scroll"];

    public void Register(RouteTable routes) => routes.Add("POST", "/{index}/_delete_by_query", Delete, s_parameters);

    RestResponse Delete(RestRequest request)
    {
        var begin = Stopwatch.GetTimestamp();
        if (!request.Flag("wait_for_completion", otherwise: true))
            throw SearchException.IllegalArgument("[wait_for_completion=false] is not supported by this node");
        var goesOn = request.Parameter("conflicts") switch
        {
            null or "abort" => false,
            "proceed" => true,
            var other => throw SearchException.IllegalArgument($"conflicts may only be \"proceed\" or \"abort\" but was [{other}]"),
        };
        var search = new SearchRequest
        {
            Query = CountApi.QueryOf(request.Json()),
            QueryText = request.Parameter("q"),
            QueryTextOptions = SearchRequest.TextOptions(request),
        };
        if (search.Query is null && search.QueryText is null)
            throw SearchException.Validation("query is missing");

        var progress = new Progress();
        var shards = SearchShard.OpenAll(node.Indices.Resolve(request["index"], request.IndexOptions()), node.Columns, node.Time.GetUtcNow());
        try
        {
            foreach (var shard in shards)
            {
                var writes = shard.Index.BeginWrites();
                Delete(shard, writes, search, progress, goesOn);
                writes.Sync();
                if (request.Flag("refresh"))
                    shard.Index.Refresh();
            }
        }
        finally
        {
            foreach (var shard in shards)
                shard.Dispose();
        }

        return RestResponse.Json(progress.Failures.Count > 0 ? 409 : 200, json => Write(json, progress, begin));
    }

    static void Delete(SearchShard shard, IndexWrites writes, SearchRequest search, Progress progress, bool goesOn)
    {
        var query = SearchExecution.QueryFor(search, shard);
        var weight = Matches.WeightOf(shard, query);
        foreach (var leaf in SearchLeaf.Of([shard]))
        {
            var matches = new Matches(leaf, query, weight);
            while (matches.MoveNext())
            {
                progress.Total++;
                if (progress.Failures.Count > 0)
                    continue;
                var stored = new StoredFields();
                leaf.Reader.Document(matches.Document, stored);
                var seqNo = IndexLookup.SeqNo(leaf.Reader, matches.Document);
                var result = writes.Write(new(WriteKind.Delete, stored.Id, default, IfSeqNo: seqNo));
                if (result.Outcome != WriteOutcome.Conflict)
                {
                    progress.Deleted++;
                    continue;
                }

                progress.Conflicts++;
                if (!goesOn)
                    progress.Failures.Add((shard.Index.Name, stored.Id, WriteAnswer.Conflict(shard.Index, result)));
            }
        }
    }

    static void Write(Utf8JsonWriter json, Progress progress, long begin)
    {
        json.WriteStartObject();
        json.WriteNumber("took", (long)Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        json.WriteBoolean("timed_out", false);
        json.WriteNumber("total", progress.Total);
        json.WriteNumber("deleted", progress.Deleted);
        json.WriteNumber("batches", (progress.Total + BatchSize - 1) / BatchSize);
        json.WriteNumber("version_conflicts", progress.Conflicts);
        json.WriteNumber("noops", 0);
        json.WriteStartObject("retries");
        json.WriteNumber("bulk", 0);
        json.WriteNumber("search", 0);
        json.WriteEndObject();
        json.WriteNumber("throttled_millis", 0);
        json.WriteDouble("requests_per_second", -1);
        json.WriteNumber("throttled_until_millis", 0);
        json.WriteStartArray("failures");
        foreach (var (index, id, error) in progress.Failures)
        {
            json.WriteStartObject();
            json.WriteString("index", index);
            json.WriteString("id", id);
            json.WriteStartObject("cause");
            ErrorBody.WriteMembers(json, error, withCause: true);
            json.WriteEndObject();
            json.WriteNumber("status", error.Status);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    sealed class Progress
    {
        public long Total { get; set; }

        public long Deleted { get; set; }

        public long Conflicts { get; set; }

        public List<(string Index, string Id, SearchException Error)> Failures { get; } = [];
    }
}
