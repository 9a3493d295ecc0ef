using System.Net;
using System.Text;
using System.Text.Json;
using Clickstream.Local.Search;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Search;

/// <summary>A search node within the test's process, on a folder that is gone with it.</summary>
sealed class EmbeddedSearch : IAsyncDisposable
{
    readonly TempFolder _folder;
    SearchServer _server;
    HttpClient _client;

    EmbeddedSearch(SearchServer server, TempFolder folder)
    {
        (_server, _folder) = (server, folder);
        _client = ClientOf(server);
    }

    public HttpClient Client => _client;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<EmbeddedSearch> StartAsync()
    {
        var folder = new TempFolder();
        return new(await SearchServer.StartAsync(folder.Path, 0, NullLoggerFactory.Instance, Cancelled), folder);
    }

    /// <summary>Stops the node in good order and starts it again on what it has left.</summary>
    public async Task RestartAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _server = await SearchServer.StartAsync(_folder.Path, 0, NullLoggerFactory.Instance, Cancelled);
        _client = ClientOf(_server);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request, Cancelled);
        var text = await response.Content.ReadAsByteArrayAsync(Cancelled);
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>Carries out what must succeed.</summary>
    public async Task<JsonElement> DoAsync(HttpMethod method, string path, string? body = null)
    {
        var (status, answer) = await SendAsync(method, path, body);
        Assert.True((int)status < 300, $"{method} {path}: {(int)status} {answer}");
        return answer;
    }

    /// <summary>The ids that a search finds, in its order.</summary>
    public async Task<IEnumerable<string>> IdsAsync(string index, string body) =>
        (await DoAsync(HttpMethod.Post, $"/{index}/_search", body)).GetProperty("hits").GetProperty("hits").EnumerateArray()
            .Select(static hit => hit.GetProperty("_id").GetString()!);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    static HttpClient ClientOf(SearchServer server) => new() { BaseAddress = new($"http://127.0.0.1:{server.Port}") };
}
