using System.Net;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Processes;

/// <summary>Asks services on this machine whether they are ready.</summary>
/// <param name="limit">How long an answer is waited for.</param>
sealed class HealthProbe(TimeSpan limit) : IDisposable
{
    // A proxy that the environment names is for other machines.
    readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = limit };

    /// <summary>Whether the service at this address says that it is ready.</summary>
    public async Task<bool> IsHealthyAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(url + ServiceDefaultsExtensions.HealthPath, cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();
}
