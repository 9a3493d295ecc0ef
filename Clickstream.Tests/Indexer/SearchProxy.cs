using System.Security.Cryptography.X509Certificates;
using System.Text;
using Clickstream.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Clickstream.Tests.Indexer;

/// <summary>Between an indexer and OpenSearch: answers bulk requests in its place, or changes what they say.</summary>
sealed class SearchProxy : IAsyncDisposable
{
    readonly HttpClient _client;
    HttpStub _stub = null!;

    SearchProxy(Uri server) => _client = new() { BaseAddress = server };

    public Uri Uri => _stub.Uri;

    /// <summary>A status to answer the bulk requests with; null: they are passed on.</summary>
    public int? BulkStatus { get; set; }

    /// <summary>How many bulk requests were answered with it.</summary>
    public int Refused { get; private set; }

    /// <summary>What becomes of the body of a bulk request that is passed on.</summary>
    public Func<byte[], byte[]> Rewrite { get; set; } = static body => body;

    /// <summary>Starts one.</summary>
    /// <param name="server">Where requests are passed on to.</param>
    /// <param name="certificate">Clients speak TLS.</param>
    /// <param name="credentials">Clients must say that they are <c>user:password</c>.</param>
    public static async Task<SearchProxy> StartAsync(Uri server, X509Certificate2? certificate = null, string? credentials = null)
    {
        var proxy = new SearchProxy(server);
        var authorization = credentials is null ? null : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";
        proxy._stub = await HttpStub.StartAsync(
            context => authorization is null || context.Request.Headers.Authorization == authorization ? proxy.AnswerAsync(context) : RefuseAsync(context),
            certificate);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _stub.DisposeAsync();
        _client.Dispose();
    }

    static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = 401;
        return context.Response.WriteAsync("Unauthorized", context.RequestAborted);
    }

    async Task AnswerAsync(HttpContext context)
    {
        using var received = new MemoryStream();
        await context.Request.Body.CopyToAsync(received, context.RequestAborted);
        var body = received.ToArray();
        if (context.Request.Path.Value!.EndsWith("/_bulk", StringComparison.Ordinal))
        {
            if (BulkStatus is { } status)
            {
                Refused++;
                context.Response.StatusCode = status;
                return;
            }
            body = Rewrite(body);
        }
        using var request = new HttpRequestMessage(new(context.Request.Method), context.Request.Path.Value + context.Request.QueryString);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
            if (context.Request.Headers.ContentEncoding is [{ } encoding])
                request.Content.Headers.ContentEncoding.Add(encoding);
        }
        using var answer = await _client.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (context.Request.Method != "HEAD")
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
