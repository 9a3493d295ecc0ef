using System.Globalization;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Search;

/// <summary>
/// An OpenSearch as a process. Where it is says the environment variable CLICKSTREAM_SERVERS: a folder with opensearch/start.sh.
/// </summary>
sealed class RealOpenSearchProcess : IAsyncDisposable
{
    static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(90);

    readonly ChildProcess _process;

    RealOpenSearchProcess(ChildProcess process, int port)
    {
        _process = process;
        Uri = new UriBuilder("http", "127.0.0.1", port).Uri;
    }

    /// <summary>Without user and password: it has none.</summary>
    public Uri Uri { get; }

    /// <summary>Skips the test where there is no OpenSearch.</summary>
    public static void SkipWithout() => Assert.SkipWhen(Script is null, "CLICKSTREAM_SERVERS is not set: no OpenSearch to run against");

    /// <summary>Starts it on a folder, which may have the data of an earlier one, and waits until it answers.</summary>
    public static async Task<RealOpenSearchProcess> StartAsync(string folder, int port)
    {
        var arguments = (string[])[Script!, "--data", folder, "--port", port.ToString(CultureInfo.InvariantCulture), "--heap", "512m"];
        var server = new RealOpenSearchProcess(JavaServer.Start(arguments), port);
        try
        {
            using var http = new HttpClient { BaseAddress = server.Uri };
            await Eventually.TrueAsync(
                () =>
                {
                    if (server._process.HasExited) Assert.Fail($"OpenSearch ended{server._process.Transcript()}");
                    return IsReadyAsync(http);
                },
                s_startLimit);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    static string? Script =>
        Environment.GetEnvironmentVariable("CLICKSTREAM_SERVERS") is { Length: > 0 } servers
            ? Path.Combine(servers, "opensearch", "start.sh")
            : null;

    static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("_cluster/health?wait_for_status=yellow&timeout=5s", TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
