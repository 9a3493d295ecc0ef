using System.Text.Json.Nodes;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Search.Difference;

/// <summary>
/// Requests drawn from a seed, asked of two servers that hold the same documents: both must answer the same. More rounds than the one
/// of every run are made where the environment variable CLICKSTREAM_SEARCH_ROUNDS says so; a round's number is its seed.
/// </summary>
public abstract class SearchDifference(ISearchServer first, ISearchServer second) : IAsyncLifetime
{
    const int Requests = 150;
    const string RoundsVariable = "CLICKSTREAM_SEARCH_ROUNDS";

    SearchHttp[] _servers = [];

    public static TheoryData<int> Rounds => [.. Enumerable.Range(1, LongRun.Number(RoundsVariable) ?? 1)];

    public async ValueTask InitializeAsync() => _servers =
    [
        new(await first.StartedAsync(TestContext.Current.CancellationToken)),
        new(await second.StartedAsync(TestContext.Current.CancellationToken)),
    ];

    public ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            server.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Rounds))]
    public Task Queries_find_the_same_documents(int seed) => Compare(seed, static (random, corpus) => new JsonObject
    {
        ["query"] = new QueryGenerator(random, corpus).Query(2),
        ["sort"] = Order(random, corpus),
        ["from"] = random.Next(3) == 0 ? random.Next(50) : 0,
        ["size"] = random.Next(40),
        ["track_total_hits"] = true,
    });

    [Theory]
    [MemberData(nameof(Rounds))]
    public Task Aggregations_have_the_same_buckets(int seed) => Compare(seed, static (random, corpus) => new JsonObject
    {
        ["size"] = 0,
        ["track_total_hits"] = true,
        ["query"] = random.Next(2) == 0 ? new JsonObject { ["match_all"] = new JsonObject() } : new QueryGenerator(random, corpus).Query(1),
        ["aggs"] = new AggregationGenerator(random, corpus).Aggregations(2),
    });

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Pages_one_after_another_are_the_same(int seed)
    {
        var random = new Random(seed);
        var comparison = new Comparison();
        foreach (var corpus in await CorpusStore.StoredAsync(Distinct(), seed))
        {
            var sort = Order(random, corpus);
            JsonNode? after = null;
            for (var page = 0; page < 10; page++)
            {
                var body = new JsonObject { ["sort"] = sort.DeepClone(), ["size"] = 37, ["track_total_hits"] = true };
                if (after is not null)
                    body["search_after"] = after;
                var (a, b) = await Ask(comparison, $"{corpus.Name}/_search", body.ToJsonString());
                if (b.Status != 200 || a.Json["hits"]!["hits"]!.AsArray() is not { Count: > 0 } hits)
                    break;
                after = hits[^1]!["sort"]!.DeepClone();
            }
        }

        comparison.Done();
    }

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Bulks_leave_the_same_documents_and_versions(int seed)
    {
        var generator = new BulkGenerator(new Random(seed));
        var index = "diff-" + Guid.NewGuid().ToString("n");
        var comparison = new Comparison();
        foreach (var server in Distinct())
            (await server.PutAsync(index, $$"""{"settings":{"number_of_replicas":0},"mappings":{{BulkGenerator.Mappings}}}""")).Is(200);
        for (var i = 0; i < 40; i++)
        {
            var lines = generator.Bulk(operations: 12);
            comparison.Add(lines, await _servers[0].BulkAsync($"{index}/_bulk", lines), await _servers[1].BulkAsync($"{index}/_bulk", lines));
        }

        foreach (var server in Distinct())
            (await server.PostAsync($"{index}/_refresh")).Is(200);
        await Ask(comparison, $"{index}/_search", """{"size":100,"version":true,"seq_no_primary_term":true,"sort":"_id"}""");
        await Ask(comparison, $"{index}/_mapping");
        // A line that is no JSON refuses all of a request, and many have one.
        comparison.Done(least: 0.5);
    }

    async Task Compare(int seed, Func<Random, Corpus, JsonObject> draw)
    {
        var random = new Random(seed);
        var corpora = await CorpusStore.StoredAsync(Distinct(), seed);
        var comparison = new Comparison();
        for (var i = 0; i < Requests; i++)
        {
            var corpus = corpora[i % corpora.Length];
            await Ask(comparison, $"{corpus.Name}/_search", draw(random, corpus).ToJsonString(JsonPart.Readable));
        }

        comparison.Done();
    }

    async Task<(Answer First, Answer Second)> Ask(Comparison comparison, string path, string? body = null)
    {
        var answers = body is null
            ? (await _servers[0].GetAsync(path), await _servers[1].GetAsync(path))
            : (await _servers[0].PostAsync(path, body), await _servers[1].PostAsync(path, body));
        comparison.Add($"{path} {body}", answers.Item1, answers.Item2);
        return answers;
    }

    SearchHttp[] Distinct() => [.. _servers.DistinctBy(static server => server.Server)];

    // A field or two, then those that leave nothing to chance.
    static JsonArray Order(Random random, Corpus corpus)
    {
        var sortable = corpus.Fields.Where(static field => field.HasDocValues).ToArray();
        var order = new JsonArray();
        for (var i = random.Next(3); i > 0; i--)
        {
            var options = new JsonObject { ["order"] = random.Next(2) == 0 ? "asc" : "desc" };
            if (random.Next(3) == 0)
                options["missing"] = random.Next(2) == 0 ? "_first" : "_last";
            order.Add(new JsonObject { [sortable[random.Next(sortable.Length)].Name] = options });
        }

        foreach (var field in corpus.Order)
            order.Add(field);
        return order;
    }
}
