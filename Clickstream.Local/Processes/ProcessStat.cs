using System.Globalization;

namespace Clickstream.Local.Processes;

/// <summary>Some fields of Linux's <c>/proc/PID/stat</c> (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html).</summary>
/// <param name="State">One letter, such as R or Z.</param>
/// <param name="Parent">The parent's pid.</param>
/// <param name="CpuTime">User and system time of the process.</param>
/// <param name="EndedChildrenCpuTime">That of its children that have ended and were waited for, with their own such children.</param>
/// <param name="StartTime">In clock ticks since the machine started.</param>
readonly record struct ProcessStat(string State, int Parent, TimeSpan CpuTime, TimeSpan EndedChildrenCpuTime, long StartTime)
{
    /// <summary>The unit of times in this file is the same on all of .NET's Linux platforms, whatever the kernel's own.</summary>
    const int TicksPerSecond = 100;

    /// <summary>Reads the file's text.</summary>
    /// <returns>Null where it has not all fields.</returns>
    public static ProcessStat? Parse(string text)
    {
        // The second field is the program's name in parentheses and may hold anything; what counts comes after the last one.
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const int FirstField = 3;
        const int LastField = 22;
        return fields.Length > LastField - FirstField
            ? new(fields[0], (int)Number(4), Time(14) + Time(15), Time(16) + Time(17), Number(LastField))
            : null;

        // Numbered as in the manual.
        long Number(int field) => long.Parse(fields[field - FirstField], CultureInfo.InvariantCulture);

        TimeSpan Time(int field) => TimeSpan.FromSeconds((double)Number(field) / TicksPerSecond);
    }
}
