using Clickstream.ServiceDefaults;
using Clickstream.Tests.Indexer;
using Clickstream.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Clickstream.Tests.ServiceDefaults;

public class OpenSearchClientTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"count":"many"}""")]
    public async Task An_answer_that_is_none_is_an_error_that_passes(string answer)
    {
        await using var server = await HttpStub.StartAsync(context => context.Response.WriteAsync(answer, context.RequestAborted));
        using var client = IndexerHarness.CreateClient(server.Uri);
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => client.CountAsync("shop", Cancelled));
        Assert.True(OpenSearchRetry.IsOpenSearchError(e));
    }

    [Fact]
    public async Task An_index_is_known_by_its_uuid_and_one_that_is_missing_by_none()
    {
        await using var server = await HttpStub.StartAsync(static context =>
        {
            var isThere = context.Request.Path == "/shop/_settings";
            context.Response.StatusCode = isThere ? 200 : 404;
            return context.Response.WriteAsync(isThere
                ? """{"shop-1":{"settings":{"index":{"uuid":"b"}}},"shop-2":{"settings":{"index":{"uuid":"a"}}}}"""
                : """{"error":{"type":"index_not_found_exception","reason":"no such index [x]"},"status":404}""", context.RequestAborted);
        });
        using var client = IndexerHarness.CreateClient(server.Uri);
        Assert.Equal("a,b", await client.IndexUuidAsync("shop", Cancelled));
        Assert.Null(await client.IndexUuidAsync("other", Cancelled));
    }
}
