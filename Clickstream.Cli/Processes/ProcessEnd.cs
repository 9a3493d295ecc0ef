using System.Diagnostics;
using Clickstream.Local.Processes;

namespace Clickstream.Cli.Processes;

/// <summary>Ends processes that need not be our children.</summary>
static class ProcessEnd
{
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks a process to stop, waits, and kills it where it does not.</summary>
    /// <param name="process">Which one; one that has ended already is fine.</param>
    /// <param name="limit">How long it is waited for.</param>
    /// <param name="hurry">Cuts the waiting short.</param>
    /// <returns>False where it had to be killed.</returns>
    public static async Task<bool> StopAsync(ProcessIdentity process, TimeSpan limit, CancellationToken hurry)
    {
        if (!await process.IsAliveAsync(CancellationToken.None))
            return true;
        // Windows has no signal that a process of another console would get; what runs there survives being killed.
        if (!Posix.IsAvailable)
        {
            Kill(process.Pid);
            return true;
        }
        if (!Posix.Signal(process.Pid, Posix.SigTerm))
            return true;
        if (await HasEndedAsync(process, limit, hurry))
            return true;
        Kill(process.Pid);
        await HasEndedAsync(process, TimeSpan.FromSeconds(5), CancellationToken.None);
        return false;
    }

    /// <summary>Waits for the end of a process.</summary>
    /// <returns>False where it did not come in time.</returns>
    public static async Task<bool> HasEndedAsync(ProcessIdentity process, TimeSpan limit, CancellationToken hurry)
    {
        var start = Stopwatch.GetTimestamp();
        while (await process.IsAliveAsync(CancellationToken.None))
        {
            if (hurry.IsCancellationRequested || Stopwatch.GetElapsedTime(start) > limit)
                return false;
            await Task.Delay(s_pause, CancellationToken.None);
        }
        return true;
    }

    static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill(entireProcessTree: OperatingSystem.IsWindows());
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
