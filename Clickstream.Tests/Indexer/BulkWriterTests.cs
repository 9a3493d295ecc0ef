using System.Diagnostics.Metrics;
using System.Text;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer.Indexing;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clickstream.Tests.Indexer;

/// <summary>What becomes of items, with a server that answers each request as a test says.</summary>
public sealed class BulkWriterTests : IAsyncLifetime
{
    readonly RecordingLogger<OpenSearchRetry> _log = new();
    readonly List<string[]> _requests = [];
    readonly Queue<Func<string[], (int Status, string Body)>> _answers = [];
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly BulkSize _size = new(s_options);
    HttpStub _server = null!;
    OpenSearchClient _client = null!;
    BulkWriter _writer = null!;

    static readonly IndexerOptions s_options = new("g", 10_000, 1 << 20, 1, false, false, TimeSpan.Zero);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await HttpStub.StartAsync(AnswerAsync);
        _client = IndexerHarness.CreateClient(_server.Uri);
        _writer = new(_client, new OpenSearchRetry(_client, TimeProvider.System, _log), _size, "shop", false,
            new IndexerMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_without_errors_settles_all_and_is_not_read_further()
    {
        _answers.Enqueue(static _ => (200, """{"took":1,"errors":false,"items":[{"this is not read"""));
        Assert.Empty(await SettleAsync("a", "b", "c"));
        Assert.Equal([["a", "b", "c"]], _requests);
    }

    [Fact]
    public async Task Only_what_was_not_taken_is_sent_again_and_what_is_refused_is_told()
    {
        _answers.Enqueue(static _ => (200, Items("""{"status":201}""", Error(429, "rejected_execution_exception", "full"), """{"status":409,"error":{"type":"version_conflict_engine_exception"}}""",
            Error(400, "mapper_parsing_exception", "failed to parse field [f] of type [long] in document with id 'd'. Preview of field's value: 'secret'"),
            Error(503, "unavailable_shards_exception", "wait"), """{"status":404,"result":"not_found"}""")));
        _answers.Enqueue(static _ => (200, Items(Error(403, "cluster_block_exception", "disk usage exceeded flood-stage watermark"), """{"status":201}""")));
        _answers.Enqueue(static _ => (200, Items("""{"status":200}""")));
        var refusal = Assert.Single(await SettleAsync("a", "b", "c", "d", "e", "f"));
        Assert.Equal(new Refusal(3, "mapper_parsing_exception: failed to parse field [f] of type [long]"), refusal);
        Assert.Equal([["a", "b", "c", "d", "e", "f"], ["b", "e"], ["b"]], _requests);
        Assert.Contains(_log.Lines, static line => line.Contains("takes nothing: rejected_execution_exception: full; retrying", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, static line => line.Contains("takes documents again", StringComparison.Ordinal));
        Assert.Single(_log.Lines, static line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_split_down_to_the_item_that_never_fits()
    {
        for (var i = 0; i < 20; i++)
            _answers.Enqueue(static ids => ids.Contains("c") ? (413, "") : (200, """{"took":1,"errors":false,"items":[]}"""));
        Assert.Equal(2, Assert.Single(await SettleAsync("a", "b", "c", "d")).Item);
        Assert.Equal(["a", "b", "d"], _requests.Where(static ids => !ids.Contains("c")).SelectMany(static ids => ids));
    }

    [Fact]
    public async Task After_a_request_that_was_too_large_they_grow_again()
    {
        _answers.Enqueue(static _ => (413, ""));
        _answers.Enqueue(static _ => (413, ""));
        for (var i = 0; i < 10; i++)
            _answers.Enqueue(static _ => (200, """{"took":1,"errors":false,"items":[]}"""));
        Assert.Empty(await SettleAsync([.. Enumerable.Range(0, 16).Select(static id => $"{id}")]));
        Assert.Equal([16, 8, 4, 8, 4], _requests.Select(static request => request.Length));
    }

    [Fact]
    public async Task Too_many_requests_make_the_next_ones_smaller()
    {
        var ids = Enumerable.Range(0, 3_000).Select(static id => $"{id}").ToArray();
        _answers.Enqueue(static _ => (429, ""));
        for (var i = 0; i < 10; i++)
            _answers.Enqueue(static _ => (200, """{"took":1,"errors":false,"items":[]}"""));
        Assert.Empty(await SettleAsync(ids));
        Assert.Equal([2_000, 1_000, 1_501, 499], _requests.Select(static request => request.Length));
        Assert.Equal(ids, _requests.Skip(1).SelectMany(static request => request));
    }

    [Fact]
    public async Task An_answer_that_is_none_is_no_answer()
    {
        _answers.Enqueue(static _ => (200, "<html>"));
        _answers.Enqueue(static _ => (200, Items("""{"status":201}""")));
        _answers.Enqueue(static _ => (502, "<html>"));
        _answers.Enqueue(static _ => (200, Items("""{"status":201}""", """{"status":201}""").Replace("true", "false", StringComparison.Ordinal)));
        Assert.Empty(await SettleAsync("a", "b"));
        Assert.Equal(4, _requests.Count);
    }

    [Fact]
    public async Task A_request_that_can_never_be_taken_stops_the_writer()
    {
        _answers.Enqueue(static _ => (400, """{"error":{"type":"illegal_argument_exception","reason":"no"},"status":400}"""));
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => SettleAsync("a"));
        Assert.Equal($"OpenSearch at {_server.Uri} refuses: HTTP 400, illegal_argument_exception: no", e.Message);
    }

    [Fact]
    public async Task What_is_out_of_date_is_not_sent()
    {
        using var body = new BulkBody();
        body.Write("a\n{}\n"u8);
        body.EndItem();
        using var shelfLife = new ShelfLife(TimeSpan.Zero, TimeProvider.System, Cancelled);
        await Assert.ThrowsAsync<OutOfDateException>(() => _writer.SettleAsync(body, Cancelled, shelfLife));
        Assert.Empty(_requests);
    }

    static string Error(int status, string type, string reason) => $$$"""{"_id":"x","status":{{{status}}},"error":{"type":"{{{type}}}","reason":"{{{reason}}}","caused_by":{"type":"t","reason":"r"} } }""";

    static string Items(params string[] items) =>
        $$"""{"took":3,"errors":true,"items":[{{string.Join(',', items.Select(static item => "{\"create\":" + item + "}"))}}]}""";

    async Task<IReadOnlyList<Refusal>> SettleAsync(params string[] ids)
    {
        using var body = new BulkBody();
        foreach (var id in ids)
        {
            body.Write(Encoding.UTF8.GetBytes($"{id}\n{{}}\n"));
            body.EndItem();
        }
        return [.. await _writer.SettleAsync(body, Cancelled)];
    }

    async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var lines = (await reader.ReadToEndAsync(context.RequestAborted)).Split('\n');
        var ids = lines.Where(static (_, i) => i % 2 == 0).Where(static line => line.Length > 0).ToArray();
        _requests.Add(ids);
        var (status, body) = _answers.Dequeue()(ids);
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
