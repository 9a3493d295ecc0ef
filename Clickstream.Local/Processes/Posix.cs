using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Clickstream.Local.Processes;

/// <summary>The few calls of the C library that .NET does not offer. The signal numbers are those of Linux and macOS alike.</summary>
[UnsupportedOSPlatform("windows")]
static partial class Posix
{
    public const int SigInt = 2;
    public const int SigQuit = 3;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    const int ReadOnly = 0;

    [UnsupportedOSPlatformGuard("windows")]
    public static bool IsAvailable { get; } = !OperatingSystem.IsWindows();

    /// <summary>Whether we may do as any user, and PostgreSQL therefore refuses to run as us.</summary>
    public static bool IsRoot => geteuid() == 0;

    /// <summary>Sends a signal; false when there is no such process.</summary>
    public static bool Signal(int pid, int signal)
    {
        // 0 and below address whole groups of processes, which is never meant here.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pid);
        if (kill(pid, signal) == 0)
            return true;

        const int NoSuchProcess = 3;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error);
    }

    /// <summary>Whether a process of this id exists, a zombie included.</summary>
    public static bool Exists(int pid)
    {
        const int NotPermitted = 1;
        return pid > 0 && (kill(pid, 0) == 0 || Marshal.GetLastPInvokeError() == NotPermitted);
    }

    /// <summary>Leaves the terminal's session, so that its end and its Ctrl-C no longer reach this process.</summary>
    /// <returns>False if this process leads a group, as one that a shell has started in the foreground does.</returns>
    public static bool TryLeaveSession() => setsid() >= 0;

    /// <summary>Makes new names and renames in a folder survive a loss of power.</summary>
    public static void SyncDirectory(string directory)
    {
        using var handle = OpenForReading(directory);
        if (fsync(handle) != 0)
            throw new IOException($"cannot sync {directory}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    /// <summary>Opens without the lock that .NET takes with each open file, so that a file locked by another process can be read.</summary>
    public static SafeFileHandle OpenForReading(string path)
    {
        var handle = open(path, ReadOnly);
        if (!handle.IsInvalid)
            return handle;

        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw new IOException($"cannot open {path}: {new Win32Exception(error).Message}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle handle);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);
}
