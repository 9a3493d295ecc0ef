using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clickstream.Cli.Search;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>
/// Sends what <c>search</c> sends, and what OpenSearch Dashboards sends for each saved visualization, over the whole time range of the
/// documents that are indexed.
/// </summary>
/// <param name="clients">Where.</param>
/// <param name="repeats">How often each is sent.</param>
sealed class SearchLatency(Clients clients, int repeats)
{
    /// <summary>Measures.</summary>
    /// <exception cref="ClickstreamException">Nothing is indexed.</exception>
    public async Task<SearchBenchmarkJson> RunAsync(string sourceName, CancellationToken cancellationToken)
    {
        var cluster = await clients.OpenSearch.InfoAsync(cancellationToken);
        var (events, sessions) = (await DescribeAsync("clickstream-events", cancellationToken), await DescribeAsync("clickstream-sessions", cancellationToken));
        var searches = new List<SearchLatencyJson>();
        foreach (var query in (string[])["*", "event:transaction", Invariant($"visitor_id:{events.Example}")])
            searches.Add(await MeasureAsync($"search {query}", clients.Indices.Events, EventSearch.Body(query, size: 20, page: 1), cancellationToken));
        foreach (var visualization in SavedObject.Of("visualization"))
        {
            var index = visualization.IndexPattern.Id == "clickstream-events" ? events : sessions;
            searches.Add(await MeasureAsync(visualization.Title, index.Name, VisualizationSearch.Body(visualization, index.From, index.To), cancellationToken));
        }
        return new(
            $"{cluster.Distribution} {cluster.Version}", sourceName, events.Documents, sessions.Documents, repeats, searches);
    }

    /// <summary>An index of those that the saved objects know, with the time range of its documents.</summary>
    async Task<IndexedRange> DescribeAsync(string pattern, CancellationToken cancellationToken)
    {
        var name = pattern == "clickstream-events" ? clients.Indices.Events : clients.Indices.Sessions;
        var time = (string)SavedObject.Get(pattern).Attributes["timeFieldName"]!;
        JsonObject Extreme(string kind) => new() { [kind] = new JsonObject { ["field"] = time } };
        var body = new JsonObject
        {
            ["size"] = 1,
            ["track_total_hits"] = true,
            ["aggs"] = new JsonObject { ["from"] = Extreme("min"), ["to"] = Extreme("max") },
        };
        using var answer = await clients.OpenSearch.SearchAsync(name, Bytes(body), cancellationToken);
        var hits = answer.RootElement.GetProperty("hits");
        if (hits.GetProperty("hits").GetArrayLength() == 0)
            throw new ClickstreamException(ExitCode.Unavailable, $"index {name} is empty; have something indexed first: clickstream up --opensearch");
        return new(
            name, hits.GetProperty("total").GetProperty("value").GetInt64(), Time("from"), Time("to"),
            hits.GetProperty("hits")[0].GetProperty("_source").GetProperty("visitor_id").ToString());

        DateTimeOffset Time(string aggregation) => DateTimeOffset.FromUnixTimeMilliseconds(
            (long)answer.RootElement.GetProperty("aggregations").GetProperty(aggregation).GetProperty("value").GetDouble());
    }

    async Task<SearchLatencyJson> MeasureAsync(string name, string index, JsonObject body, CancellationToken cancellationToken)
    {
        body["track_total_hits"] = true;
        var request = Bytes(body);
        var times = new double[repeats];
        var (first, hits) = await AskAsync();
        for (var i = 0; i < times.Length; i++)
            (times[i], hits) = await AskAsync();
        return new(name, hits, Round(Statistics.Median(times)), Round(times.Max()), Round(first));

        async Task<(double Milliseconds, long Hits)> AskAsync()
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await clients.OpenSearch.SearchAsync(index, request, cancellationToken);
            var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            return (time, answer.RootElement.GetProperty("hits").GetProperty("total").GetProperty("value").GetInt64());
        }

        static double Round(double milliseconds) => Math.Round(milliseconds, 1);
    }

    static byte[] Bytes(JsonObject body) => JsonSerializer.SerializeToUtf8Bytes(body);

    readonly record struct IndexedRange(string Name, long Documents, DateTimeOffset From, DateTimeOffset To, string Example);
}
