using System.Globalization;
using System.Reflection;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Npgsql;

namespace Clickstream.Consumer.Schema;

/// <summary>
/// Brings the schema up to date: the numbered SQL files of this folder, embedded in the assembly, each applied once, under an
/// advisory lock, all in one transaction.
/// </summary>
sealed class SchemaMigrator(NpgsqlDataSource database, PostgresOptions postgres, SessionsOptions sessions)
{
    /// <summary>Any constant will do; it must only differ from other programs' on the same database ("clickstr" in ASCII).</summary>
    const long AdvisoryLock = 0x636C69636B737472;

    const string TimeoutSetting = "session_timeout_ms";

    /// <summary>Creates or migrates the schema, and stores or checks the session timeout.</summary>
    /// <returns>The versions applied now; none where the schema was up to date.</returns>
    /// <exception cref="ClickstreamException">The schema is from a newer version, or its sessions were computed with another timeout.</exception>
    public async Task<IReadOnlyList<int>> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({AdvisoryLock})", cancellationToken);
        if (!await ExistsAsync(connection, cancellationToken))
            await ExecuteAsync(connection, $"CREATE SCHEMA {postgres.Schema}", cancellationToken);
        await ExecuteAsync(connection,
            "CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
            cancellationToken);

        var current = await CurrentVersionAsync(connection, cancellationToken);
        var migrations = ReadMigrations();
        if (current > migrations[^1].Version)
        {
            throw new ClickstreamException(ExitCode.Conflict,
                $"schema {postgres.Schema} has version {current}, this program knows up to {migrations[^1].Version}: use the newer program");
        }
        var applied = new List<int>();
        foreach (var migration in migrations.Where(migration => migration.Version > current))
        {
            await ExecuteAsync(connection, migration.Sql, cancellationToken);
            await RecordAsync(connection, migration, cancellationToken);
            applied.Add(migration.Version);
        }
        await CheckTimeoutAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return applied;
    }

    async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // CREATE SCHEMA IF NOT EXISTS asks for the right to create even where the schema exists.
        await using var command = new NpgsqlCommand("SELECT to_regnamespace($1) IS NOT NULL", connection) { Parameters = { new() { Value = postgres.Schema } } };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    static async Task<int> CurrentVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_migrations", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    static async Task RecordAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("INSERT INTO schema_migrations (version, name) VALUES ($1, $2)", connection)
        {
            Parameters = { new() { Value = migration.Version }, new() { Value = migration.Name } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The stored sessions are only right for the timeout that they were computed with.</summary>
    async Task CheckTimeoutAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH inserted AS (
              INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING value)
            SELECT value FROM inserted UNION ALL SELECT value FROM settings WHERE name = $1
            """, connection)
        {
            Parameters = { new() { Value = TimeoutSetting }, new() { Value = ((long)sessions.Timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) } },
        };
        var stored = TimeSpan.FromMilliseconds(long.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!, CultureInfo.InvariantCulture));
        if (stored != sessions.Timeout)
        {
            throw new ClickstreamException(ExitCode.Conflict,
                $"Sessions:Timeout is {sessions.Timeout:c}, but the sessions in schema {postgres.Schema} were computed with {stored:c}: "
                + "set that value, or another Postgres:Schema, or start over with: clickstream data reset");
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The embedded files, named <c>0001_initial.sql</c>, in order.</summary>
    static Migration[] ReadMigrations()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(resource => resource.EndsWith(".sql", StringComparison.Ordinal))
            .Select(resource =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                var file = resource.Split('.')[^2];
                return new Migration(int.Parse(file[..4], CultureInfo.InvariantCulture), file[5..], reader.ReadToEnd());
            })
            .OrderBy(migration => migration.Version)];
    }

    sealed record Migration(int Version, string Name, string Sql);
}
