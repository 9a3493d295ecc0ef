using Clickstream.Local;
using Clickstream.Local.Processes;
using Clickstream.Tests.Infrastructure;
using Npgsql;

namespace Clickstream.Tests.Chaos;

/// <summary>A PostgreSQL that may be killed: Clickstream.Local starts it again.</summary>
sealed class ChaosPostgres : IAsyncDisposable
{
    readonly LocalDataFolder _folder = new();
    readonly int _port = FreePort.Next();
    LocalProcess? _process;
    bool _wasKilled;

    public int Port => _port;

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken) =>
        _process = await LocalProcess.StartAsync(_folder.Path, ["--parts", "postgresql", "--postgresql-port", $"{_port}"], cancellationToken);

    /// <summary>
    /// Ends the server: at once, as <c>pg_ctl stop -m immediate</c> does, or by <c>kill -9</c>, which leaves its processes to find
    /// out by themselves.
    /// </summary>
    public void Kill(bool immediate)
    {
        _wasKilled = true;
        // Between its end and the next start there is no state of it, and nothing to kill.
        if (!OperatingSystem.IsWindows() && LocalState.Load(_folder.Path)?.PostgreSql is { } server)
            Posix.Signal(server.Pid, immediate ? Posix.SigQuit : Posix.SigKill);
    }

    /// <summary>Waits until it answers, after whatever has happened to it.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken) =>
        await Eventually.GetAsync(async () => await QueryAsync("postgres", "SELECT 1", cancellationToken), TimeSpan.FromSeconds(60));

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await QueryAsync("postgres", $"CREATE DATABASE {name}", cancellationToken);
        return ConnectionString(name);
    }

    /// <summary>
    /// Removes a database, whoever is connected. After a kill, Clickstream.Local is started anew as well: it would wait longer from
    /// time to time before it starts a server again that keeps dying.
    /// </summary>
    public async Task DropDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await WaitUntilReadyAsync(cancellationToken);
        await QueryAsync("postgres", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", cancellationToken);
        if (!_wasKilled)
            return;
        _wasKilled = false;
        await _process!.DisposeAsync();
        await StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        await _folder.DisposeAsync();
    }

    async Task<object?> QueryAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString(database)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) ?? "";
    }

    string ConnectionString(string database) => new NpgsqlConnectionStringBuilder(_process!.ConnectionString)
    {
        Database = database,
        ConnectionIdleLifetime = 5,
        ConnectionPruningInterval = 1,
    }.ConnectionString;
}
