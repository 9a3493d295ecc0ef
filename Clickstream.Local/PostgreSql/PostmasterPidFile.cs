using System.Globalization;
using Clickstream.Local.Processes;

namespace Clickstream.Local.PostgreSql;

/// <summary>What a server writes into <c>postmaster.pid</c> in its cluster. The file survives a kill, so it proves nothing by itself.</summary>
sealed record PostmasterPidFile(int Pid, string DataDirectory, int Port, string Status)
{
    /// <summary>Whether the server accepts connections, which it notes from version 10 on.</summary>
    public bool IsReady => Status == "ready";

    public static PostmasterPidFile? Read(string clusterDirectory)
    {
        try
        {
            return Parse(File.ReadAllLines(Path.Combine(clusterDirectory, "postmaster.pid")));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static PostmasterPidFile? Parse(string[] lines)
    {
        // pid, data folder, start time, port, socket folder, listen address, shared memory key, status: written line by line.
        if (lines.Length < 2 || !int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid == 0)
            return null;
        var port = lines.Length > 3 && int.TryParse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return new PostmasterPidFile(pid, lines[1], port, lines.Length > 7 ? lines[7].Trim() : "");
    }

    /// <summary>The server that runs on a cluster, ready or not; null if there is none.</summary>
    public static async Task<PostmasterPidFile?> FindRunningAsync(string clusterDirectory, CancellationToken cancellationToken)
    {
        if (Read(clusterDirectory) is not { } file || !ProcessTable.IsAlive(file.Pid))
            return null;

        var commandLine = await ProcessTable.CommandLineAsync(file.Pid, cancellationToken);
        return IsServer(commandLine, file.DataDirectory) ? file : null;
    }

    /// <summary>
    /// Lets the next start pass when the server died and its zombie is still there, as for ever in a container whose first process
    /// asks for no exit codes: PostgreSQL takes the zombie for a running server. The file itself stays, because it also names the
    /// shared memory by which a start notices sessions that have outlived their server.
    /// </summary>
    public static void DisownZombie(string clusterDirectory)
    {
        // No system gives such a pid.
        const string Nobody = "2147483646";

        var path = Path.Combine(clusterDirectory, "postmaster.pid");
        if (Read(clusterDirectory) is not { } file || !ProcessTable.IsZombie(file.Pid))
            return;
        var lines = File.ReadAllLines(path);
        lines[0] = Nobody;
        File.WriteAllLines(path, lines);
    }

    // The pid may have passed to another process, even to another PostgreSQL: its arguments name the folder it was started on. That
    // need not be the folder's name of today, so it is compared with what the file says, and not with where the file was found.
    static bool IsServer(string commandLine, string dataDirectory)
    {
        if (OperatingSystem.IsWindows())
            return Path.GetFileNameWithoutExtension(commandLine) == "postgres";

        var option = commandLine.IndexOf($" -D {dataDirectory}", StringComparison.Ordinal);
        if (option < 0)
            return false;
        var program = commandLine[..option];
        return program.EndsWith("postgres", StringComparison.Ordinal) || program.EndsWith("postmaster", StringComparison.Ordinal);
    }
}
