using System.Diagnostics;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Processes;

/// <summary>Consumers retry for as long as it takes; a command that waits for them has failed when they stand still.</summary>
/// <param name="logs">The folder of the logs.</param>
sealed class Standstill(string logs)
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    long _stored = -1;
    long _lastMove;

    /// <summary>Takes down how many records are stored now.</summary>
    /// <exception cref="ClickstreamException">They have been as many for too long.</exception>
    public void Note(long stored)
    {
        if (stored != _stored)
            (_stored, _lastMove) = (stored, Stopwatch.GetTimestamp());
        else if (Stopwatch.GetElapsedTime(_lastMove) > s_limit)
            throw new ClickstreamException(ExitCode.Unavailable, $"nothing was stored for {s_limit.TotalSeconds:0} s; the logs are in {logs}");
    }
}
