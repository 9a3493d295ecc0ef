using Clickstream.Tests.Infrastructure;
using Npgsql;

namespace Clickstream.Tests.Rehearsal;

/// <summary>A PostgreSQL as Aiven's: TLS or nothing (unless a test wants both), scram, and an administrator of the user's own.</summary>
sealed class RehearsalPostgres : IAsyncDisposable
{
    public const string User = "avnadmin";

    readonly LocalDataFolder _folder;
    readonly LocalProcess _process;

    RehearsalPostgres(LocalDataFolder folder, LocalProcess process) => (_folder, _process) = (folder, process);

    public int Port => _process.State.PostgreSql!.Port;

    public static async Task<RehearsalPostgres> StartAsync(
        IssuedCertificate certificate, string password, CancellationToken cancellationToken, bool isTlsRequired = true)
    {
        var folder = new LocalDataFolder();
        var process = await LocalProcess.StartAsync(folder.Path, ["--parts", "postgresql"], cancellationToken);
        var postgres = new RehearsalPostgres(folder, process);
        await postgres.ExecuteAsync($"CREATE ROLE {User} LOGIN CREATEDB PASSWORD '{password}'", cancellationToken);
        var kind = isTlsRequired ? "hostssl" : "host";
        // By the server itself, which may be another user than we are.
        await postgres.WriteAsync("server.crt", certificate.CertificatePem, cancellationToken);
        await postgres.WriteAsync("server.key", certificate.KeyPem, cancellationToken);
        await postgres.WriteAsync("pg_hba.conf", $"{kind} all all 127.0.0.1/32 scram-sha-256\n{kind} all all ::1/128 scram-sha-256\n", cancellationToken);
        await postgres.ExecuteAsync("ALTER SYSTEM SET ssl = on", cancellationToken);
        await postgres.ExecuteAsync("SELECT pg_reload_conf()", cancellationToken);
        return postgres;
    }

    /// <summary>Makes an empty database that <see cref="User"/> owns.</summary>
    public Task CreateDatabaseAsync(string name, CancellationToken cancellationToken) =>
        ExecuteAsync($"CREATE DATABASE {name} OWNER {User}", cancellationToken);

    /// <summary>Lets <see cref="User"/> do what a benchmark would like to.</summary>
    public Task AllowCheckpointsAsync(CancellationToken cancellationToken) => ExecuteAsync($"ALTER ROLE {User} SUPERUSER", cancellationToken);

    /// <summary>How many events a database has; none where there is no table yet.</summary>
    public async Task<long> CountEventsAsync(string database, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_process.ConnectionString) { Database = database }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM clickstream.events", connection);
        try
        {
            return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _folder.DisposeAsync();
    }

    /// <summary>Writes a file of the data folder, a row a line.</summary>
    Task WriteAsync(string file, string text, CancellationToken cancellationToken) =>
        ExecuteAsync($"COPY (SELECT unnest(string_to_array('{text.Trim()}', E'\\n'))) TO PROGRAM 'umask 077; cat > {file}'", cancellationToken);

    async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_process.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
