using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Clickstream.Local.Search.Http;

/// <summary>
/// Kestrel on loopback, without the rest of ASP.NET Core: a request is read whole, given to its API, and its answer written whole.
/// </summary>
sealed class HttpFrontEnd : IHttpApplication<HttpContext>, IAsyncDisposable
{
    readonly RouteTable _routes;
    readonly ILogger _logger;
    readonly KestrelServer _server;
    readonly ServiceProvider _services;

    HttpFrontEnd(RouteTable routes, int port, ILoggerFactory loggers)
    {
        _routes = routes;
        _logger = loggers.CreateLogger<SearchServer>();
        _services = new ServiceCollection().AddSingleton(loggers).BuildServiceProvider();
        var options = new KestrelServerOptions { ApplicationServices = _services, AddServerHeader = false };
        options.Limits.MaxRequestBodySize = RequestBody.Limit;
        options.Limits.MinRequestBodyDataRate = null;
        options.Listen(IPAddress.Loopback, port, static listen => listen.Protocols = HttpProtocols.Http1);
        _server = new(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
    }

    public static async Task<HttpFrontEnd> StartAsync(RouteTable routes, int port, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var frontEnd = new HttpFrontEnd(routes, port, loggers);
        try
        {
            await frontEnd._server.StartAsync(frontEnd, cancellationToken);
            return frontEnd;
        }
        catch
        {
            await frontEnd.DisposeAsync();
            throw;
        }
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing of ours hangs on it.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var response = await AnswerAsync(context);
        context.Response.StatusCode = response.Status;
        context.Response.ContentType = response.ContentType;
        context.Response.ContentLength = response.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method) && !response.Body.IsEmpty)
            await context.Response.Body.WriteAsync(response.Body, context.RequestAborted);
    }

    /// <summary>Takes no more requests, and gives those that run a few seconds to end.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _server.StopAsync(patience.Token);
        _server.Dispose();
        await _services.DisposeAsync();
    }

    async Task<RestResponse> AnswerAsync(HttpContext context)
    {
        try
        {
            // As it came: once decoded, %2F in an id cannot be told from a slash, nor %252F from %2F.
            var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            var path = target.StartsWith('/') ? target.Split('?', 2)[0] : context.Request.Path.ToUriComponent();
            var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < parts.Length; i++)
                parts[i] = Uri.UnescapeDataString(parts[i]);
            var method = context.Request.Method;
            if (_routes.Find(method, parts, out var names, out var allowed) is not { } route)
                return NotRouted(context, method, allowed);
            foreach (var name in context.Request.Query.Keys)
            {
                if (!route.Knows(name))
                    throw SearchException.IllegalArgument($"request [{path}] contains unrecognized parameter: [{name}]");
            }

            using var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
            var request = new RestRequest(path, names, context.Request.Query, body.Memory);
            var response = route.Handler(request);
            return request.Flag("pretty") ? response.Indented() : response;
        }
        catch (SearchException e)
        {
            return RestResponse.Error(e);
        }
        catch (BadHttpRequestException e)
        {
            return RestResponse.Error(
                e.StatusCode == 413 ? RequestBody.TooLarge() : new(e.StatusCode, "illegal_argument_exception", e.Message));
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException { Source: "System.Text.Json" })
        {
            // A value of another kind than its place asks for.
            return RestResponse.Error(SearchException.IllegalArgument(e.Message));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            SearchLog.RequestFailed(_logger, e, context.Request.Method, context.Request.Path);
            return RestResponse.Error(new(500, "exception", $"{e.GetType().Name}: {e.Message}"));
        }
    }

    static RestResponse NotRouted(HttpContext context, string method, List<string> allowed)
    {
        var uri = context.Request.Path + context.Request.QueryString.ToString();
        return allowed.Count == 0
            ? RestResponse.PlainError(400, $"no handler found for uri [{uri}] and method [{method}]", withStatus: false)
            : RestResponse.PlainError(
                405,
                $"Incorrect HTTP method for uri [{uri}] and method [{method}], allowed: [{string.Join(", ", allowed.Distinct())}]",
                withStatus: true);
    }
}
