using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Clickstream.Tests.Search;

public sealed class SearchServerTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_and_a_start_keep_documents_mappings_aliases_and_templates()
    {
        await using var search = await EmbeddedSearch.StartAsync();
        await search.DoAsync(HttpMethod.Put, "/_index_template/t", """
            {"index_patterns":["kept-*"],"priority":1,"version":3,"template":{"settings":{"number_of_replicas":0},"aliases":{"kept":{}},
            "mappings":{"dynamic":"strict","properties":{"event":{"type":"keyword"}}}}}
            """);
        await search.DoAsync(HttpMethod.Put, "/kept-1/_doc/a", """{"event":"view"}""");
        await search.DoAsync(HttpMethod.Put, "/free/_doc/a", """{"text":"some words","n":1}""");
        var before = await SnapshotAsync(search);

        await search.RestartAsync();

        Assert.Equal(before, await SnapshotAsync(search));
        Assert.Equal(["a"], await search.IdsAsync("kept", "{}"));
        var (status, error) = await search.SendAsync(HttpMethod.Put, "/kept-2/_doc/a", """{"other":1}""");
        Assert.Equal((HttpStatusCode.BadRequest, "strict_dynamic_mapping_exception"), (status, error.GetProperty("error").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task A_document_can_be_got_before_any_search_sees_it()
    {
        await using var search = await EmbeddedSearch.StartAsync();
        await search.DoAsync(HttpMethod.Put, "/i", """{"settings":{"refresh_interval":"-1"}}""");
        await search.DoAsync(HttpMethod.Put, "/i/_doc/a", """{"n":1}""");

        Assert.Equal(1, (await search.DoAsync(HttpMethod.Get, "/i/_doc/a")).GetProperty("_source").GetProperty("n").GetInt32());
        Assert.Empty(await search.IdsAsync("i", "{}"));

        await search.DoAsync(HttpMethod.Post, "/i/_update/a", """{"doc":{"m":2}}""");
        await search.DoAsync(HttpMethod.Post, "/i/_refresh");
        Assert.Equal(["a"], await search.IdsAsync("i", """{"query":{"term":{"m":2}}}"""));
    }

    [Fact]
    public async Task What_was_written_is_seen_within_the_refresh_interval()
    {
        await using var search = await EmbeddedSearch.StartAsync();
        await search.DoAsync(HttpMethod.Put, "/i/_doc/a", """{"n":1}""");

        await Infrastructure.Eventually.TrueAsync(async () => (await search.IdsAsync("i", "{}")).Any());
    }

    [Fact]
    public async Task Takes_a_bulk_that_is_packed()
    {
        await using var search = await EmbeddedSearch.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("{\"index\":{\"_index\":\"i\",\"_id\":\"a\"}}\n{\"n\":1}\n"), Cancelled);
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        content.Headers.ContentEncoding.Add("gzip");

        using var response = await search.Client.PostAsync("/_bulk?refresh=true", content, Cancelled);

        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.False(answer.RootElement.GetProperty("errors").GetBoolean());
        Assert.Equal(["a"], await search.IdsAsync("i", "{}"));
    }

    [Fact]
    public async Task Refuses_a_body_that_is_too_large_when_unpacked()
    {
        await using var search = await EmbeddedSearch.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var megabyte = new byte[1024 * 1024];
            for (var i = 0; i < 101; i++)
                await gzip.WriteAsync(megabyte, Cancelled);
        }

        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        using var response = await search.Client.PostAsync("/_bulk", content, Cancelled);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task An_index_made_anew_under_the_same_name_is_empty()
    {
        await using var search = await EmbeddedSearch.StartAsync();
        await search.DoAsync(HttpMethod.Put, "/i/_doc/a?refresh=true", """{"n":1}""");
        await search.DoAsync(HttpMethod.Delete, "/i");
        await search.DoAsync(HttpMethod.Put, "/i", """{"mappings":{"properties":{"n":{"type":"keyword"}}}}""");

        await search.RestartAsync();

        Assert.Empty(await search.IdsAsync("i", "{}"));
        Assert.Equal(HttpStatusCode.NotFound, (await search.SendAsync(HttpMethod.Get, "/i/_doc/a")).Status);
    }

    static async Task<string> SnapshotAsync(EmbeddedSearch search) => string.Concat(
        await search.DoAsync(HttpMethod.Get, "/kept-1"),
        await search.DoAsync(HttpMethod.Get, "/free"),
        await search.DoAsync(HttpMethod.Get, "/_index_template"),
        await search.DoAsync(HttpMethod.Get, "/kept-1/_doc/a"),
        await search.DoAsync(HttpMethod.Get, "/free/_doc/a"));
}
