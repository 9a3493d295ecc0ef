using System.Text.Json;
using Clickstream.Core.Errors;
using Clickstream.Local.Search.Api;
using Clickstream.Local.Search.Http;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Search;

/// <summary>
/// The OpenSearch part: a single search node within this process, for development and tests. It answers a subset of OpenSearch's REST
/// interface on loopback, on top of Lucene, durably in its data folder; what is outside of the subset it refuses by name.
/// </summary>
sealed class SearchServer : IAsyncDisposable
{
    readonly SearchNode _node;
    readonly HttpFrontEnd _frontEnd;

    SearchServer(SearchNode node, HttpFrontEnd frontEnd, int port) => (_node, _frontEnd, Port) = (node, frontEnd, port);

    public int Port { get; }

    /// <summary>Recovers what is in the folder and begins to serve it. <paramref name="requestedPort"/>: 0 for a free one.</summary>
    public static async Task<SearchServer> StartAsync(
        string directory, int requestedPort, ILoggerFactory loggers, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        LoopbackPort.RequireFree(requestedPort, LocalOptions.OpenSearchPortOption);
        var node = await Task.Run(() => OpenNode(directory, time ?? TimeProvider.System, loggers), cancellationToken);
        try
        {
            var routes = RestApis.For(node);
            return await LoopbackPort.StartOnAsync(requestedPort, LocalOptions.OpenSearchPortOption, async port =>
                new SearchServer(node, await HttpFrontEnd.StartAsync(routes, port, loggers, cancellationToken), port));
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the requests, then commits and closes the indices.</summary>
    public async ValueTask DisposeAsync()
    {
        await _frontEnd.DisposeAsync();
        await _node.DisposeAsync();
    }

    static SearchNode OpenNode(string directory, TimeProvider time, ILoggerFactory loggers)
    {
        try
        {
            return new(directory, time, loggers.CreateLogger<SearchServer>());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or SearchException)
        {
            throw new ClickstreamException(ExitCode.DataFolder, $"OpenSearch data folder {directory} cannot be used: {e.Message}", e);
        }
    }
}
