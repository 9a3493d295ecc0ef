using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace Clickstream.Tests.Search;

/// <summary>Raw requests to a search server: no client of ours stands between a test and what goes over the wire.</summary>
public sealed class SearchHttp(Uri server) : IDisposable
{
    static readonly MediaTypeHeaderValue s_json = new("application/json");
    static readonly MediaTypeHeaderValue s_lines = new("application/x-ndjson");

    readonly HttpClient _client = new() { BaseAddress = server };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Uri Server => server;

    public Task<Answer> GetAsync(string path, string? body = null) => SendJsonAsync(HttpMethod.Get, path, body);

    public Task<Answer> HeadAsync(string path) => SendAsync(HttpMethod.Head, path, null);

    public Task<Answer> PutAsync(string path, string? body = null) => SendJsonAsync(HttpMethod.Put, path, body);

    public Task<Answer> PostAsync(string path, string? body = null) => SendJsonAsync(HttpMethod.Post, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>Sends a body of lines as it is.</summary>
    public Task<Answer> BulkAsync(string path, string lines, bool gzip = false)
    {
        var bytes = Encoding.UTF8.GetBytes(lines);
        var content = new ByteArrayContent(gzip ? Compress(bytes) : bytes);
        content.Headers.ContentType = s_lines;
        if (gzip)
            content.Headers.ContentEncoding.Add("gzip");
        return SendAsync(HttpMethod.Post, path, content);
    }

    public void Dispose() => _client.Dispose();

    Task<Answer> SendJsonAsync(HttpMethod method, string path, string? body)
    {
        HttpContent? content = null;
        if (body is not null)
        {
            content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.ContentType = s_json;
        }

        return SendAsync(method, path, content);
    }

    async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await _client.SendAsync(request, Cancellation);
        return new Answer($"{method} {path}", (int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return compressed.ToArray();
    }
}
