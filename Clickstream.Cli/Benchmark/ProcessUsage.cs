using System.Diagnostics;
using System.Globalization;
using Clickstream.Local.Processes;

namespace Clickstream.Cli.Benchmark;

/// <summary>What a process has used since it started.</summary>
/// <param name="Cpu">User and system time.</param>
/// <param name="PeakBytes">The most memory that was resident at once; 0 where the system does not say.</param>
readonly record struct ProcessUsage(TimeSpan Cpu, long PeakBytes)
{
    /// <summary>Asks the system.</summary>
    /// <returns>Null where there is no such process (any more).</returns>
    public static ProcessUsage? Of(int pid)
    {
        if (OperatingSystem.IsLinux())
            return ProcessTable.ReadStat(pid) is { State: not "Z" } stat ? new(stat.CpuTime, LinuxPeak(pid)) : null;
        try
        {
            using var process = Process.GetProcessById(pid);
            return new(process.TotalProcessorTime, Math.Max(process.PeakWorkingSet64, process.WorkingSet64));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>CPU time of a process and all children that it ever had, such as a postmaster's.</summary>
    /// <returns>Null where the system keeps no account of it.</returns>
    public static TimeSpan? CpuOfTree(int pid)
    {
        if (!OperatingSystem.IsLinux() || ProcessTable.ReadStat(pid) is not { } parent)
            return null;
        var sum = parent.CpuTime + parent.EndedChildrenCpuTime;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var other)
                && ProcessTable.ReadStat(other) is { } child && child.Parent == pid)
                sum += child.CpuTime + child.EndedChildrenCpuTime;
        }
        return sum;
    }

    static long LinuxPeak(int pid)
    {
        const string Peak = "VmHWM:";
        try
        {
            // VmHWM:	  123456 kB
            foreach (var line in File.ReadLines($"/proc/{pid}/status"))
            {
                if (line.StartsWith(Peak, StringComparison.Ordinal))
                    return 1024 * long.Parse(line.AsSpan(Peak.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has just ended.
        }
        return 0;
    }
}
