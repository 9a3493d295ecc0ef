using System.Diagnostics;

namespace Clickstream.Local.Processes;

/// <summary>Questions about processes that need not be our children.</summary>
static class ProcessTable
{
    /// <summary>Whether the process runs. A zombie, whose parent has not asked for its exit code, does not.</summary>
    public static bool IsAlive(int pid) => StartMark(pid) is not null;

    /// <summary>
    /// A number that tells a process from a later one of the same id; null if there is none.
    /// Where the system does not say when a process started, all have the same mark.
    /// </summary>
    public static long? StartMark(int pid)
    {
        if (pid <= 0)
            return null;
        if (OperatingSystem.IsLinux())
            return LinuxStartMark(pid);
        if (Posix.IsAvailable)
            return Posix.Exists(pid) ? 0 : null;

        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : 0;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The arguments with which a process was started, its program first; empty if they cannot be read.</summary>
    public static async Task<string> CommandLineAsync(int pid, CancellationToken cancellationToken)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                var text = await File.ReadAllTextAsync($"/proc/{pid}/cmdline", cancellationToken);
                return text.Replace('\0', ' ').TrimEnd();
            }

            if (Posix.IsAvailable)
            {
                var ps = await Command.RunAsync("ps", ["-ww", "-p", $"{pid}", "-o", "args="], cancellationToken);
                return ps.Output.Trim();
            }

            using var process = Process.GetProcessById(pid);
            return process.MainModule?.FileName ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>Whether the process has ended, but its parent has not yet asked how. Only known on Linux.</summary>
    public static bool IsZombie(int pid) => OperatingSystem.IsLinux() && ReadStat(pid) is { State: "Z" };

    /// <summary>What Linux says of a process; null where there is none.</summary>
    public static ProcessStat? ReadStat(int pid)
    {
        try
        {
            return ProcessStat.Parse(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static long? LinuxStartMark(int pid) => ReadStat(pid) is { State: not ("Z" or "X") } stat ? stat.StartTime : null;
}
