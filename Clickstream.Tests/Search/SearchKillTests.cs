using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Search;

/// <summary>A search node that is killed while bulks come in keeps what it has acknowledged, each document once.</summary>
public sealed class SearchKillTests : IAsyncDisposable
{
    const int Kills = 3;
    const int Writers = 2;
    const int DocumentsABulk = 200;

    readonly LocalDataFolder _folder = new();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Killed_during_bulks_it_has_what_it_acknowledged_and_nothing_twice()
    {
        var acknowledged = new ConcurrentDictionary<string, int>();
        for (var round = 0; round < Kills; round++)
        {
            await using var local = await LocalProcess.StartAsync(_folder.Path, ["--parts", "opensearch"], Cancelled);
            await CheckAsync(local, acknowledged);

            var writers = Enumerable.Range(0, Writers).Select(writer => WriteAsync(local.OpenSearchUri, $"{round}-{writer}", acknowledged)).ToArray();
            var before = acknowledged.Count;
            await Eventually.TrueAsync(() => acknowledged.Count > before + (20 * DocumentsABulk));
            local.Process.Kill();
            await Task.WhenAll(writers);
        }

        await using var last = await LocalProcess.StartAsync(_folder.Path, ["--parts", "opensearch"], Cancelled);
        await CheckAsync(last, acknowledged);
    }

    // Half of each bulk is new, the other half replaces what the bulk before has made.
    static async Task WriteAsync(Uri uri, string name, ConcurrentDictionary<string, int> acknowledged)
    {
        using var client = new HttpClient { BaseAddress = uri };
        for (var bulk = 0; ; bulk++)
        {
            var body = new StringBuilder();
            var ids = Enumerable.Range(bulk * DocumentsABulk / 2, DocumentsABulk).Select(number => $"{name}-{number}").ToList();
            foreach (var id in ids)
                body.Append($$"""{ "index": { "_index": "killed", "_id": "{{id}}" } }""").Append('\n').Append($$"""{"bulk":{{bulk}},"id":"{{id}}"}""").Append('\n');
            try
            {
                using var response = await client.PostAsync("/_bulk", new StringContent(body.ToString()), Cancelled);
                using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(Cancelled));
                Assert.False(answer.RootElement.GetProperty("errors").GetBoolean());
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // The kill.
                return;
            }

            foreach (var id in ids)
                acknowledged[id] = bulk;
        }
    }

    static async Task CheckAsync(LocalProcess local, ConcurrentDictionary<string, int> acknowledged)
    {
        if (acknowledged.IsEmpty)
            return;
        using var client = new HttpClient { BaseAddress = local.OpenSearchUri };
        var found = new Dictionary<string, int>();
        for (var after = ""; ;)
        {
            var body = $$"""{"size":5000,"sort":["id.keyword"],"search_after":["{{after}}"]}""";
            using var response = await client.PostAsync("/killed/_search", new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(Cancelled));
            var hits = answer.RootElement.GetProperty("hits").GetProperty("hits");
            foreach (var hit in hits.EnumerateArray())
            {
                after = hit.GetProperty("_id").GetString()!;
                Assert.True(found.TryAdd(after, hit.GetProperty("_source").GetProperty("bulk").GetInt32()), $"{after} is there twice");
            }

            if (hits.GetArrayLength() == 0)
                break;
        }

        // The bulk that was under way may be there as well: a later one, never an earlier.
        Assert.All(acknowledged, pair => Assert.True(
            found.TryGetValue(pair.Key, out var bulk) && bulk >= pair.Value, $"{pair.Key} of bulk {pair.Value}: {(found.TryGetValue(pair.Key, out var other) ? other : "missing")}"));
    }
}
