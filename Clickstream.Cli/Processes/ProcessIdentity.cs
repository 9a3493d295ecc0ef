using Clickstream.Local.Processes;

namespace Clickstream.Cli.Processes;

/// <summary>A process that may have ended since, and whose pid may be another's by now.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="StartMark">Tells it from a later process of the same id, see <see cref="ProcessTable.StartMark"/>.</param>
/// <param name="Program">What its command line contains.</param>
sealed record ProcessIdentity(int Pid, long StartMark, string Program)
{
    /// <summary>The identity of a running process.</summary>
    /// <returns>Null where it has ended already.</returns>
    public static ProcessIdentity? Of(int pid, string program) => ProcessTable.StartMark(pid) is { } mark ? new(pid, mark, program) : null;

    /// <summary>Whether this very process still runs.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        if (ProcessTable.StartMark(Pid) != StartMark)
            return false;
        // A mark of 0 says nothing; the program's name then has to do.
        return StartMark != 0 || (await ProcessTable.CommandLineAsync(Pid, cancellationToken)).Contains(Program, StringComparison.Ordinal);
    }
}
