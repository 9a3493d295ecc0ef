using System.Net.Sockets;
using Clickstream.Core.Errors;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// Sorts the database's errors, and waits between attempts: 0.1 s at first, doubling up to 5 s, with jitter so that many consumers
/// do not come back at the same moment.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what is waited for.</param>
public sealed class DatabaseRetry(TimeProvider time, ILogger logger)
{
    static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(5);

    long? _failingSince;
    long _reportedAt;
    TimeSpan _delay = s_firstDelay;

    /// <summary>
    /// True where the statement's data is at fault and the same statement can never succeed: SQLSTATE class 22 (data exception) and
    /// 23 (integrity constraint violation).
    /// </summary>
    public static bool IsFaultOfData(PostgresException e) => e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal);

    /// <summary>Runs <paramref name="work"/> until it succeeds.</summary>
    /// <exception cref="ClickstreamException">The error is one that no repetition mends.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var result = await work(cancellationToken);
                Succeeded();
                return result;
            }
            catch (Exception e) when (IsDatabaseError(e))
            {
                await WaitAfterAsync(e, cancellationToken);
            }
        }
    }

    /// <summary>True where <paramref name="e"/> is an error of the database or of the way to it.</summary>
    public static bool IsDatabaseError(Exception e) => e is NpgsqlException or TimeoutException or IOException or SocketException;

    /// <summary>Waits before the next attempt, and says every few seconds what it waits for.</summary>
    /// <exception cref="ClickstreamException">The error is one that no repetition mends.</exception>
    public async Task WaitAfterAsync(Exception error, CancellationToken cancellationToken)
    {
        if (error is PostgresException { SqlState: var state } refusal && IsFinal(state))
            throw new ClickstreamException(ExitCode.Unavailable, $"PostgreSQL refuses: {refusal.MessageText} (SQLSTATE {state}); check ConnectionStrings:clickstream and the role's rights", error);
        if (ServerTrustException.Find(error) is { } distrust)
            throw new ClickstreamException(ExitCode.Unavailable, $"{distrust}; check ConnectionStrings:clickstream and Postgres:SslCaPem", error);

        var now = time.GetTimestamp();
        if (_failingSince is null || time.GetElapsedTime(_reportedAt, now) >= s_reportInterval)
        {
            _failingSince ??= now;
            _reportedAt = now;
            ServiceLog.DatabaseUnavailable(logger, OneLine(error), time.GetElapsedTime(_failingSince.Value, now).TotalSeconds);
        }
        await Task.Delay(_delay * (0.8 + (Random.Shared.NextDouble() * 0.4)), time, cancellationToken);
        _delay = _delay * 2 < s_longestDelay ? _delay * 2 : s_longestDelay;
    }

    /// <summary>To be called when an attempt succeeded.</summary>
    public void Succeeded()
    {
        if (_failingSince is { } since)
            ServiceLog.DatabaseAvailableAgain(logger, time.GetElapsedTime(since).TotalSeconds);
        _failingSince = null;
        _delay = s_firstDelay;
    }

    // Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html: authorization, database or schema missing,
    // and syntax or access rule (a missing table or right).
    static bool IsFinal(string state) => state[..2] is "28" or "3D" or "3F" or "42";

    static string OneLine(Exception e) => (e.InnerException ?? e).Message.ReplaceLineEndings(" ");
}
