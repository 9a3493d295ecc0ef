using System.Net;

namespace Clickstream.Tests.Search;

public sealed class QueryStringTests
{
    const string Documents = """
        {"index":{"_id":"1"}}
        {"time":"2024-02-01T10:00:00Z","event":"view","visitor":"10","price":5,"sold":false,"note":"A quick brown fox"}
        {"index":{"_id":"2"}}
        {"time":"2024-02-02T10:00:00Z","event":"addtocart","visitor":"11","price":7,"sold":false,"note":"a lazy dog"}
        {"index":{"_id":"3"}}
        {"time":"2024-02-03T10:00:00Z","event":"transaction","visitor":"10","price":12,"sold":true}

        """;

    [Theory]
    [InlineData("event:view", "1")]
    [InlineData("event:VIEW", "")]
    [InlineData("event:(view OR transaction)", "1 3")]
    [InlineData("visitor:10 AND NOT event:view", "3")]
    [InlineData("NOT event:view", "2 3")]
    [InlineData("-event:view", "2 3")]
    [InlineData("+visitor:10 +price:12", "3")]
    [InlineData("price:[5 TO 7]", "1 2")]
    [InlineData("price:{5 TO 12}", "2")]
    [InlineData("price:[7 TO *]", "2 3")]
    [InlineData("price:>=7", "2 3")]
    [InlineData("price:<7", "1")]
    [InlineData("price:abc", "")]
    [InlineData("time:[2024-02-02 TO 2024-02-03]", "2 3")]
    [InlineData("time:2024-02-02", "2")]
    [InlineData("time:[* TO 2024-02-01]", "1")]
    [InlineData("sold:true", "3")]
    [InlineData("event:add*", "2")]
    [InlineData("event:*t*", "2 3")]
    [InlineData("event:v?ew", "1")]
    [InlineData("_exists_:note", "1 2")]
    [InlineData("note:*", "1 2")]
    [InlineData("note:QUICK", "1")]
    [InlineData("note:\"brown fox\"", "1")]
    [InlineData("note:\"fox brown\"", "")]
    [InlineData("dog", "2")]
    [InlineData("10", "1 3")]
    [InlineData("12", "3")]
    [InlineData("nowhere:x", "")]
    [InlineData("*", "1 2 3")]
    [InlineData("*:*", "1 2 3")]
    [InlineData("", "")]
    [InlineData("_id:2", "2")]
    public async Task Finds(string query, string ids)
    {
        await using var search = await StartAsync();
        var body = "{\"query\":{\"query_string\":{\"query\":" + System.Text.Json.JsonSerializer.Serialize(query) + "}},\"sort\":\"time\"}";

        Assert.Equal(ids, string.Join(' ', await search.IdsAsync("q", body)));
    }

    [Theory]
    [InlineData("event:(view")]
    [InlineData("price:[1 TO")]
    [InlineData("event:view~2")]
    [InlineData("/vie./")]
    public async Task Refuses(string query)
    {
        await using var search = await StartAsync();
        var (status, body) = await search.PostAsync(
            "/q/_search", "{\"query\":{\"query_string\":{\"query\":" + System.Text.Json.JsonSerializer.Serialize(query) + "}}}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal($"Failed to parse query [{query}]", body.GetProperty("error").GetProperty("root_cause")[0].GetProperty("reason").GetString());
    }

    static async Task<EmbeddedSearch> StartAsync()
    {
        var search = await EmbeddedSearch.StartAsync();
        await search.DoAsync(HttpMethod.Put, "/q", """
            {"mappings":{"properties":{"time":{"type":"date"},"event":{"type":"keyword"},"visitor":{"type":"keyword"},
            "price":{"type":"integer"},"sold":{"type":"boolean"},"note":{"type":"text"}}}}
            """);
        var answer = await search.DoAsync(HttpMethod.Post, "/q/_bulk?refresh=true", Documents.ReplaceLineEndings("\n"));
        Assert.False(answer.GetProperty("errors").GetBoolean());
        return search;
    }
}
