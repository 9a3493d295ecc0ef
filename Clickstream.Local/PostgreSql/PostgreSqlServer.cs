using System.Diagnostics;
using Clickstream.Core.Errors;
using Clickstream.Local.Processes;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Clickstream.Local.PostgreSql;

/// <summary>
/// The PostgreSQL part: one server on the data folder's cluster, started or taken over, and started again whenever it ends.
/// </summary>
sealed class PostgreSqlServer : IAsyncDisposable
{
    static readonly TimeSpan s_watchInterval = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_stable = TimeSpan.FromMinutes(1);

    readonly PostgreSqlCluster _cluster;
    readonly Postmaster _postmaster;
    readonly ILogger _logger;
    readonly CancellationTokenSource _stop = new();
    readonly Action<PostgreSqlServer> _restarted;
    Task _supervision = Task.CompletedTask;

    PostgreSqlServer(
        PostgreSqlCluster cluster,
        Postmaster postmaster,
        PostmasterPidFile running,
        string logFile,
        Action<PostgreSqlServer> restarted,
        ILogger logger)
    {
        _cluster = cluster;
        _postmaster = postmaster;
        _logger = logger;
        _restarted = restarted;
        LogFile = logFile;
        Pid = running.Pid;
        Port = running.Port;
    }

    public int Port { get; }

    /// <summary>The postmaster's pid, which changes when it is started again; the port does not.</summary>
    public int Pid { get; private set; }

    public string DataDirectory => _cluster.Directory;

    public string LogFile { get; }

    /// <param name="folder">The data folder, which this process holds.</param>
    /// <param name="requestedPort">The port, or 0 for a free one.</param>
    /// <param name="restarted">Called with a new <see cref="Pid"/>.</param>
    /// <param name="loggers">For messages.</param>
    /// <param name="cancellationToken">Ends the start; what was started by then is stopped.</param>
    /// <exception cref="ClickstreamException">There is no server, or it does not start.</exception>
    public static async Task<PostgreSqlServer> StartAsync(
        DataFolder folder, int requestedPort, Action<PostgreSqlServer> restarted, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger<PostgreSqlServer>();
        RefuseUnquotable(folder.Directory);
        if (Posix.IsAvailable && Posix.IsRoot)
        {
            foreach (var (directory, owner) in SystemFolder.Orphans())
                logger.OrphanedFolder(directory, owner);
            if (SystemFolder.BelongsToAnother(folder))
            {
                logger.CopiedFolder(folder.Directory);
                folder = folder.WithNewId();
            }
        }

        var existing = PostgreSqlCluster.FindDirectory(folder.Directory, folder.Id);
        if (existing is null)
            LoopbackPort.RequireFree(requestedPort, LocalOptions.PostgreSqlPortOption);
        var password = PostgreSqlPassword.GetOrCreate(folder, clusterExists: existing is not null);
        var cluster = existing is null
            ? await PostgreSqlCluster.CreateAsync(folder, password, logger, cancellationToken)
            : await PostgreSqlCluster.OpenAsync(existing, cancellationToken);
        cluster.RemoveLeftovers();
        if (cluster.Directory == SystemFolder.ClusterDirectory(folder.Id))
            SystemFolder.Create(folder);

        var logFile = Path.Combine(folder.LogDirectory, "postgresql.log");
        var postmaster = new Postmaster(cluster, logFile);
        var running = await TakeOverAsync(postmaster, cluster, requestedPort, password, logger, cancellationToken)
            ?? await LoopbackPort.StartOnAsync(
                requestedPort, LocalOptions.PostgreSqlPortOption, port => postmaster.StartAsync(port, cancellationToken));
        var server = new PostgreSqlServer(cluster, postmaster, running, logFile, restarted, logger);
        try
        {
            await EnsureDatabaseAsync(running.Port, password, cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server._supervision = server.SuperviseAsync(server._stop.Token);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _supervision;
        await Postmaster.StopAsync(_cluster.Directory);
        _stop.Dispose();
    }

    static async Task<PostmasterPidFile?> TakeOverAsync(
        Postmaster postmaster, PostgreSqlCluster cluster, int requestedPort, string password, ILogger logger, CancellationToken cancellationToken)
    {
        if (await PostmasterPidFile.FindRunningAsync(cluster.Directory, cancellationToken) is { IsReady: false } found)
            logger.WaitingForRunning(found.Pid);
        if (await postmaster.WaitUntilReadyOrGoneAsync(cancellationToken) is not { } running)
            return null;

        if (requestedPort != 0 && requestedPort != running.Port)
        {
            logger.StoppingForOtherPort(running.Pid, running.Port, requestedPort);
            await Postmaster.StopAsync(cluster.Directory);
            return null;
        }

        // That it knows our password, and we the one it was made with, is the proof that this is our server.
        try
        {
            await using var connection = await ConnectAsync(running.Port, password, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            throw new ClickstreamException(
                ExitCode.DataFolder,
                $"PostgreSQL (process {running.Pid}) runs on {cluster.Directory}, but does not accept the password in the data folder; " +
                "put the folder's own postgresql.pgpass back",
                e);
        }

        logger.TakenOver(running.Pid, running.Port);
        return running;
    }

    static async Task EnsureDatabaseAsync(int port, string password, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(port, password, cancellationToken);
        await using var find = new NpgsqlCommand("SELECT FROM pg_database WHERE datname = $1", connection);
        find.Parameters.AddWithValue(PostgreSqlCluster.Role);
        await using (var reader = await find.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken))
                return;
        }

        await using var create = new NpgsqlCommand($"CREATE DATABASE {PostgreSqlCluster.Role}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task<NpgsqlConnection> ConnectAsync(int port, string password, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = PostgreSqlCluster.Role,
            Password = password,
            Database = "postgres",
            Pooling = false,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    async Task SuperviseAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        try
        {
            while (true)
            {
                var since = Stopwatch.GetTimestamp();
                await WaitForEndAsync(cancellationToken);
                _logger.EndedUnexpectedly(Pid, Port);
                if (Stopwatch.GetElapsedTime(since) > s_stable)
                    failures = 0;

                while (true)
                {
                    await Task.Delay(PauseAfter(failures++), cancellationToken);
                    if (await TryStartAgainAsync(cancellationToken))
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever cancels stops the server too.
        }
    }

    async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        // It is nobody's child, so there is nothing to wait on but to look.
        var mark = ProcessTable.StartMark(Pid);
        while (mark is not null && ProcessTable.StartMark(Pid) == mark)
            await Task.Delay(s_watchInterval, cancellationToken);
    }

    async Task<bool> TryStartAgainAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Somebody may have been faster, with pg_ctl.
            var start = Stopwatch.GetTimestamp();
            var running = await _postmaster.WaitUntilReadyOrGoneAsync(cancellationToken)
                ?? await _postmaster.StartAsync(Port, cancellationToken);
            Pid = running.Pid;
            _logger.StartedAgain(Pid, Port, Stopwatch.GetElapsedTime(start).TotalSeconds);
            _restarted(this);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it is, such as a full disk, it may pass; giving up would leave everything that needs the database waiting for ever.
            _logger.NotStartedAgain(e.Message.ReplaceLineEndings(" "));
            return false;
        }
    }

    // At once the first time, then from half a second up to half a minute.
    static TimeSpan PauseAfter(int failures) =>
        failures == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(s_longestPause.TotalSeconds, Math.Pow(2, failures - 2)));

    static void RefuseUnquotable(string directory)
    {
        // pg_ctl hands the folder's name to a shell in double quotes.
        if (Posix.IsAvailable && directory.AsSpan().IndexOfAny("\"$`\\\n") >= 0)
        {
            throw new ClickstreamException(
                ExitCode.DataFolder,
                $"data folder {directory.ReplaceLineEndings(" ")} has a line break or one of \" $ ` \\ in its name, " +
                "which PostgreSQL's tools cannot take; choose another with --data-dir");
        }
    }
}
