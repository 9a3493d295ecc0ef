using System.Net;
using Clickstream.Core.Errors;
using Microsoft.Extensions.Logging;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// Waits between attempts: 0.1 s at first, doubling up to 5 s, with jitter. One for a whole service, so that of many requests that
/// wait for the same cluster one line is said every few seconds.
/// </summary>
public sealed class OpenSearchRetry
{
    static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(5);

    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Uri _address;
    readonly Lock _lock = new();
    long? _failingSince;
    long _reportedAt;

    internal OpenSearchRetry(OpenSearchClient client, TimeProvider time, ILogger<OpenSearchRetry> logger) =>
        (_address, _time, _logger) = (client.Address, time, logger);

    /// <summary>Runs <paramref name="work"/> until it succeeds.</summary>
    /// <exception cref="ClickstreamException">OpenSearch refuses for good.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var result = await work(cancellationToken);
                Succeeded();
                return result;
            }
            catch (Exception e) when (IsOpenSearchError(e))
            {
                await WaitAfterAsync(e, attempt, cancellationToken);
            }
        }
    }

    /// <summary>True where <paramref name="e"/> is an error of OpenSearch or of the way to it.</summary>
    public static bool IsOpenSearchError(Exception e) => e is OpenSearchException or InvalidDataException || OpenSearchErrors.IsUnreachable(e);

    /// <summary>Waits before the next attempt, and says every few seconds what it waits for.</summary>
    /// <param name="error">What happened to the last one.</param>
    /// <param name="attempt">How many attempts were before it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ClickstreamException">OpenSearch refuses for good.</exception>
    public Task WaitAfterAsync(Exception error, int attempt, CancellationToken cancellationToken)
    {
        if (error is OpenSearchException { Status: var status, Type: var type } && !OpenSearchErrors.IsPassing((int)status, type))
        {
            var hint = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? "; check the user and password in ConnectionStrings:opensearch, and the user's rights" : "";
            throw new ClickstreamException(ExitCode.Unavailable, $"OpenSearch at {_address} refuses: {error.Message}{hint}", error);
        }
        if (ServerTrustException.Find(error) is { } distrust)
            throw new ClickstreamException(ExitCode.Unavailable, $"{distrust}; check ConnectionStrings:opensearch and OpenSearch:SslCaPem", error);
        return WaitAsync((error.InnerException ?? error).Message, attempt, cancellationToken);
    }

    /// <summary>Waits before the next attempt at what OpenSearch did not take yet.</summary>
    /// <param name="reason">What it said.</param>
    /// <param name="attempt">How many attempts were before the last one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAsync(string reason, int attempt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (_failingSince is null || _time.GetElapsedTime(_reportedAt, now) >= s_reportInterval)
            {
                _failingSince ??= now;
                _reportedAt = now;
                ServiceLog.OpenSearchUnavailable(_logger, _address, OpenSearchErrors.Shorten(reason), _time.GetElapsedTime(_failingSince.Value, now).TotalSeconds);
            }
        }
        var delay = s_firstDelay * Math.Pow(2, Math.Min(attempt, 10));
        if (delay > s_longestDelay)
            delay = s_longestDelay;
        return Task.Delay(delay * (0.8 + (Random.Shared.NextDouble() * 0.4)), _time, cancellationToken);
    }

    /// <summary>To be called when OpenSearch took something.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            if (_failingSince is { } since)
                ServiceLog.OpenSearchAvailableAgain(_logger, _address, _time.GetElapsedTime(since).TotalSeconds);
            _failingSince = null;
        }
    }
}
