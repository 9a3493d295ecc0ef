using Clickstream.Core.Errors;
using Clickstream.Local.Processes;

namespace Clickstream.Local.PostgreSql;

/// <summary>
/// Starts and stops the server of a cluster. It is never a child of this process: one that we have started (through pg_ctl, which
/// gives it a session of its own, so that a Ctrl-C meant for us does not reach it) and one that we have found running are the same.
/// </summary>
sealed class Postmaster(PostgreSqlCluster cluster, string logFile)
{
    // Recovery after a crash replays up to max_wal_size of log, which can take minutes on a slow disk.
    const int StartLimitSeconds = 600;

    const long LogFileLimit = 16 << 20;

    static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan s_straysInterval = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan s_straysLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan s_fastLimit = TimeSpan.FromSeconds(6);
    static readonly TimeSpan s_immediateLimit = TimeSpan.FromSeconds(2);

    /// <summary>Starts the server and waits until it accepts connections.</summary>
    /// <exception cref="ClickstreamException">It did not start, with the server's own reason.</exception>
    public async Task<PostmasterPidFile> StartAsync(int port, CancellationToken cancellationToken)
    {
        await WriteSettingsAsync(cancellationToken);
        PostmasterPidFile.DisownZombie(cluster.Directory);

        // When the postmaster alone is killed, its sessions notice and end, but one that is busy with a query ends only with that.
        // Until then the server refuses to start, as two servers on the same files would ruin them.
        var giveUp = Environment.TickCount64 + (long)s_straysLimit.TotalMilliseconds;
        while (true)
        {
            var logStart = RotateLog();
            if (await TryStartAsync(port, cancellationToken) is { } running)
                return running;

            var reason = Reason(logStart);
            if (!reason.Contains("pre-existing shared memory block", StringComparison.Ordinal) || Environment.TickCount64 > giveUp)
                throw new ClickstreamException(ExitCode.Unavailable, $"PostgreSQL did not start: {reason}; see {logFile}");
            await Task.Delay(s_straysInterval, cancellationToken);
        }
    }

    async Task<PostmasterPidFile?> TryStartAsync(int port, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "start", "--silent", "--wait", "--timeout", $"{StartLimitSeconds}", "--pgdata", cluster.Directory,
            "--options", $"-h 127.0.0.1 -p {port}",
        ];
        var start = OperatingSystem.IsWindows()
            ? cluster.Account.RunAsync(cluster.Binaries.PgCtl, [.. arguments, "--log", logFile], CancellationToken.None)
            : cluster.Account.RunLoggedAsync(logFile, cluster.Binaries.PgCtl, arguments, CancellationToken.None);
        try
        {
            var result = await start.WaitAsync(cancellationToken);
            var running = await PostmasterPidFile.FindRunningAsync(cluster.Directory, cancellationToken);
            if (result.ExitCode == 0 && running is not null)
                return running;
        }
        catch (OperationCanceledException)
        {
            // The server is not to be found before it has written its pid. pg_ctl waits for it and ends with it.
            while (!start.IsCompleted)
            {
                await StopAsync(cluster.Directory);
                await Task.WhenAny(start, Task.Delay(s_pollInterval, CancellationToken.None));
            }

            await StopAsync(cluster.Directory);
            throw;
        }

        await StopAsync(cluster.Directory);
        return null;
    }

    /// <summary>Waits until a server that was found running, maybe in the middle of its start or of its end, is ready or gone.</summary>
    public async Task<PostmasterPidFile?> WaitUntilReadyOrGoneAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var running = await PostmasterPidFile.FindRunningAsync(cluster.Directory, cancellationToken);
            if (running is null or { IsReady: true })
                return running;
            await Task.Delay(s_pollInterval, cancellationToken);
        }
    }

    /// <summary>
    /// Stops the server of a cluster, if one runs: in good order if that can be done in time, else as in a crash, which it recovers from.
    /// </summary>
    /// <returns>Its pid, or null if there was none.</returns>
    public static async Task<int?> StopAsync(string clusterDirectory)
    {
        // Once begun this is brought to an end: giving up half way would leave a server behind.
        if (await PostmasterPidFile.FindRunningAsync(clusterDirectory, CancellationToken.None) is not { } running)
            return null;

        // Fast: sessions are ended, a checkpoint is written. Immediate: everything ends, the next start replays the log.
        if (!await EndAsync(clusterDirectory, running.Pid, immediate: false, s_fastLimit)
            && !await EndAsync(clusterDirectory, running.Pid, immediate: true, s_immediateLimit)
            && Posix.IsAvailable)
        {
            Posix.Signal(running.Pid, Posix.SigKill);
        }

        return running.Pid;
    }

    static async Task<bool> EndAsync(string clusterDirectory, int pid, bool immediate, TimeSpan limit)
    {
        if (Posix.IsAvailable)
        {
            Posix.Signal(pid, immediate ? Posix.SigQuit : Posix.SigInt);
        }
        else
        {
            var version = (await File.ReadAllTextAsync(Path.Combine(clusterDirectory, "PG_VERSION"))).Trim();
            var binaries = await PostgreSqlBinaries.FindAsync(version, clusterDirectory, CancellationToken.None);
            string[] arguments = ["stop", "--silent", "--no-wait", "--mode", immediate ? "immediate" : "fast", "--pgdata", clusterDirectory];
            await Command.RunAsync(binaries.PgCtl, arguments, CancellationToken.None);
        }

        var giveUp = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (ProcessTable.IsAlive(pid))
        {
            if (Environment.TickCount64 > giveUp)
                return false;
            await Task.Delay(s_pollInterval);
        }

        return true;
    }

    async Task WriteSettingsAsync(CancellationToken cancellationToken)
    {
        // Compression by lz4 came with version 15, where the distribution has built it in.
        var probe = await cluster.Account.RunAsync(
            cluster.Binaries.Postgres, ["-C", "wal_compression", "-D", cluster.Directory, "-c", "wal_compression=lz4"], cancellationToken);

        var file = Path.Combine(cluster.Directory, PostgreSqlSettings.FileName);
        await File.WriteAllTextAsync(file, PostgreSqlSettings.Text(hasLz4: probe.ExitCode == 0), cancellationToken);

        // The cluster's folder is its user's alone; in there the user must be able to read this, whatever root's umask is.
        if (Posix.IsAvailable)
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>Puts a large log aside, for it would grow for ever, and says where the coming messages will begin.</summary>
    long RotateLog()
    {
        var log = new FileInfo(logFile);
        if (!log.Exists)
            return 0;
        if (log.Length < LogFileLimit)
            return log.Length;
        log.MoveTo(logFile + ".old", overwrite: true);
        return 0;
    }

    string Reason(long logStart)
    {
        using var log = new FileStream(logFile, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(logStart, SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        // "2026-01-31 12:00:00.000 UTC [123] FATAL:  could not ..."
        const string Fatal = "FATAL:";
        var fatal = lines.FirstOrDefault(static line => line.Contains(Fatal, StringComparison.Ordinal));
        return fatal is null
            ? lines.LastOrDefault() ?? "it gave no reason"
            : fatal[(fatal.IndexOf(Fatal, StringComparison.Ordinal) + Fatal.Length)..].Trim();
    }
}
