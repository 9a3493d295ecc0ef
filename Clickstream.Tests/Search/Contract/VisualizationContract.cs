using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Clickstream.Cli.Search;
using Clickstream.Core.Events;
using Clickstream.Tests.Search.Difference;

namespace Clickstream.Tests.Search.Contract;

/// <summary>Every saved visualization, asked as OpenSearch Dashboards asks, over indices made by the project's templates.</summary>
public abstract class VisualizationContract(ISearchServer server) : SearchContract(server)
{
    // The prefix of a server's indices, by its address.
    static readonly ConcurrentDictionary<Uri, Lazy<Task<string>>> s_prefixes = new();

    static readonly List<ClickEvent> s_events = CorpusDocuments.Events(seed: 1);

    public static TheoryData<string> Visualizations => [.. SavedObject.Of("visualization").Select(static saved => saved.Id)];

    [Theory]
    [MemberData(nameof(Visualizations))]
    public async Task A_visualization_gets_buckets(string id)
    {
        var answer = await Ask(id);
        Assert.InRange((int)answer.Json["hits"]!["total"]!["value"]!, 1, int.MaxValue);
        foreach (var aggregation in answer.Json["aggregations"]!.AsObject())
            HasValues(aggregation.Value!, aggregation.Key);
    }

    [Fact]
    public async Task The_funnel_narrows_and_begins_with_all_sessions()
    {
        var buckets = (await Ask("clickstream-conversion-funnel")).Json["aggregations"]!["2"]!["buckets"]!.AsObject();
        var steps = buckets.OrderBy(static bucket => bucket.Key, StringComparer.Ordinal)
            .Select(static bucket => (int)bucket.Value!["doc_count"]!).ToArray();
        Assert.Equal(CorpusDocuments.OfSessions(s_events).Count(), steps[0]);
        Assert.Equal(4, steps.Length);
        Assert.Equal(steps.OrderDescending(), steps);
        Assert.InRange(steps[3], 1, steps[2]);
    }

    [Fact]
    public async Task The_top_items_are_those_that_counting_finds()
    {
        var expected = s_events.Where(static e => e.Type == EventType.View).GroupBy(static e => e.ItemId)
            .Select(static group => (group.Count(), group.Key.ToString(CultureInfo.InvariantCulture)))
            .OrderByDescending(static item => item.Item1).ThenBy(static item => item.Item2, StringComparer.Ordinal).Take(10);
        var actual = (await Ask("clickstream-top-items-viewed")).Json["aggregations"]!["2"]!["buckets"]!.AsArray()
            .Select(static bucket => ((int)bucket!["doc_count"]!, (string)bucket["key"]!));
        Assert.Equal(expected, actual);
    }

    async Task<Answer> Ask(string id)
    {
        var visualization = SavedObject.Get(id);
        var prefix = await s_prefixes.GetOrAdd(Http.Server, _ => new(() => StoreAsync(Http))).Value;
        var body = VisualizationSearch.Body(
            visualization,
            DateTimeOffset.FromUnixTimeMilliseconds(s_events.Min(static e => e.Timestamp)),
            DateTimeOffset.FromUnixTimeMilliseconds(s_events.Max(static e => e.Timestamp)));
        var answer = await Http.PostAsync(
            $"{prefix}-{visualization.IndexPattern.Id}*/_search?ignore_unavailable=true&track_total_hits=true", body.ToJsonString());
        return answer.Is(200, """{"timed_out":false,"_shards":{"total":1,"failed":0},"hits":{"hits":[]}}""");
    }

    // Some bucket must have documents; metrics must have a value, too. Where all buckets are empty, so is the chart.
    static void HasValues(JsonNode aggregation, string path)
    {
        if (aggregation["buckets"] is not { } buckets)
        {
            Assert.True(aggregation["value"]?.GetValueKind() == System.Text.Json.JsonValueKind.Number, path);
            return;
        }

        var all = buckets is JsonArray array ? [.. array] : buckets.AsObject().Select(static bucket => bucket.Value).ToArray();
        var filled = all.Where(static bucket => (int)bucket!["doc_count"]! > 0).ToArray();
        Assert.NotEmpty(filled);
        foreach (var (name, inner) in filled.SelectMany(static bucket => bucket!.AsObject()).Where(static member => member.Value is JsonObject))
            HasValues(inner!, $"{path}.{name}");
    }

    static async Task<string> StoreAsync(SearchHttp http)
    {
        var prefix = UniqueName();
        foreach (var (index, documents) in ((string, IEnumerable<(string, JsonObject)>)[])
            [("clickstream-events", CorpusDocuments.OfEvents(s_events)), ("clickstream-sessions", CorpusDocuments.OfSessions(s_events))])
        {
            var template = OpenSearchFiles.Template(index);
            template["index_patterns"] = new JsonArray($"{prefix}-{index}*");
            (await http.PutAsync($"_index_template/{prefix}-{index}", template.ToJsonString())).Is(200);
            var lines = BulkLines.Of("create", documents.Select(static document => (document.Item1, document.Item2.ToJsonString())));
            (await http.BulkAsync($"{prefix}-{index}/_bulk?refresh=true", lines)).Is(200, """{"errors":false}""");
        }

        return prefix;
    }
}
