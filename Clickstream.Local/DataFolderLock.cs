using System.Globalization;
using System.Text;
using Clickstream.Core.Errors;
using Clickstream.Local.Processes;

namespace Clickstream.Local;

/// <summary>
/// The lock that makes a data folder one process's own. The system holds it (flock) and lets go of it however the process ends,
/// so a lock file alone means nothing.
/// </summary>
sealed class DataFolderLock : IDisposable
{
    // Windows enforces sharing modes, also for those who only want to read the pid; elsewhere only None takes the exclusive lock.
    static readonly FileShare s_exclusive = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    readonly FileStream _file;

    DataFolderLock(FileStream file) => _file = file;

    /// <exception cref="ClickstreamException">Another process holds the folder.</exception>
    public static async Task<DataFolderLock> AcquireAsync(string directory, CancellationToken cancellationToken)
    {
        // Somebody who looks whether the lock is held holds it for a moment, so one refusal is not the last word.
        var path = PathOf(directory);
        var giveUp = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                return new DataFolderLock(Take(path));
            }
            catch (IOException) when (File.Exists(path) && Environment.TickCount64 < giveUp)
            {
                await Task.Delay(s_pause, cancellationToken);
            }
            catch (IOException e) when (File.Exists(path) && IsHeld(path))
            {
                var holder = ReadPid(path) is { } pid ? $"process {pid}" : "another process";
                throw new ClickstreamException(
                    ExitCode.DataFolder,
                    $"data folder {directory} is in use by {holder}; stop that first, or choose another folder with --data-dir",
                    e);
            }
        }
    }

    /// <summary>The pid of the process that holds the folder, or null if none does.</summary>
    public static int? FindHolder(string directory)
    {
        var path = PathOf(directory);
        return File.Exists(path) && IsHeld(path) ? ReadPid(path) : null;
    }

    public void Dispose() => _file.Dispose();

    static string PathOf(string directory) => Path.Combine(directory, "lock");

    static FileStream Take(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, s_exclusive, bufferSize: 0);
        try
        {
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static bool IsHeld(string path)
    {
        try
        {
            // A shared lock, so that several who look at once do not see each other. On Windows the holder keeps writers out.
            var access = OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read;
            using var file = new FileStream(path, FileMode.Open, access, FileShare.Read);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    static int? ReadPid(string path)
    {
        try
        {
            using var handle = Posix.IsAvailable
                ? Posix.OpenForReading(path)
                : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Span<byte> buffer = stackalloc byte[16];
            var length = RandomAccess.Read(handle, buffer, 0);
            return int.TryParse(buffer[..length].Trim("\r\n "u8), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
