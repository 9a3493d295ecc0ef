using Npgsql;

namespace Clickstream.Tests.Chaos;

/// <summary>What PostgreSQL says of the server process behind a connection.</summary>
/// <param name="State">Such as <c>active</c>, <c>idle in transaction</c>.</param>
/// <param name="Query">The latest one.</param>
/// <param name="WaitEvent">What it waits for, such as <c>ClientRead</c>; empty where it works.</param>
/// <param name="HasWritten">Whether it is in a transaction that has written something.</param>
/// <param name="IsInTheWay">Whether another backend waits for it.</param>
sealed record Backend(string State, string Query, string WaitEvent, bool HasWritten, bool IsInTheWay)
{
    /// <summary>Looks for the backend whose connection comes from a port; null where there is none.</summary>
    public static async Task<Backend?> FindAsync(NpgsqlDataSource database, int port, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT state, query, coalesce(wait_event, ''), backend_xid IS NOT NULL,
                   EXISTS (SELECT FROM pg_stat_activity AS other WHERE found.pid = ANY (pg_blocking_pids(other.pid)))
            FROM pg_stat_activity AS found WHERE client_port = $1
            """);
        command.Parameters.Add(new() { Value = port });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Backend(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetBoolean(4))
            : null;
    }

    /// <summary>Which of the ports' backends wait for a lock.</summary>
    public static async Task<IReadOnlySet<int>> FindWaitingAsync(NpgsqlDataSource database, IEnumerable<int> ports, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT client_port FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND client_port = ANY ($1)");
        command.Parameters.Add(new() { Value = ports.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var waiting = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
            waiting.Add(reader.GetInt32(0));
        return waiting;
    }
}
