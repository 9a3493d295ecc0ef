using Npgsql;
using NpgsqlTypes;

namespace Clickstream.OpenSearchIndexer.Sessions;

/// <summary>Reads the table <c>sessions</c> into the items of a bulk request.</summary>
sealed class SessionRows(NpgsqlConnection connection)
{
    /// <summary>Seconds: counting a large table takes some.</summary>
    const int CountTimeout = 600;

    /// <summary>How many sessions there are.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT count(*) FROM sessions", connection) { CommandTimeout = CountTimeout };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Appends the sessions that follow one, in the order of their keys.</summary>
    /// <param name="bulk">Takes them.</param>
    /// <param name="version">The reading's number.</param>
    /// <param name="after">Null: from the first one on.</param>
    /// <param name="limit">The most to append.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The key of the last one; null where there were none.</returns>
    public async Task<SessionKey?> AppendPageAsync(SessionBulk bulk, long version, SessionKey? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {SessionBulk.Columns} FROM sessions AS s
            {(after is null ? "" : "WHERE (s.visitor_id, s.session_start) > ($2, $3)")}
            ORDER BY s.visitor_id, s.session_start LIMIT $1
            """, connection);
        command.Parameters.Add(new() { Value = limit });
        if (after is { } key)
        {
            command.Parameters.Add(new() { Value = key.VisitorId });
            command.Parameters.Add(new() { Value = key.Start, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        }
        SessionKey? last = null;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            last = bulk.AddIndex(reader, version);
        return last;
    }

    /// <summary>Appends sessions as they stand now: those that are no more as deletions.</summary>
    public async Task AppendAsync(SessionBulk bulk, long version, IReadOnlyList<SessionKey> keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {SessionBulk.Columns}, k.visitor_id, k.session_start
            FROM unnest($1, $2) AS k (visitor_id, session_start)
            LEFT JOIN sessions AS s ON s.visitor_id = k.visitor_id AND s.session_start = k.session_start
            """, connection)
        {
            Parameters =
            {
                new() { Value = keys.Select(static key => key.VisitorId).ToArray() },
                new() { Value = keys.Select(static key => key.Start).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
                bulk.AddDelete(new(reader.GetInt64(SessionBulk.ColumnCount), reader.GetDateTime(SessionBulk.ColumnCount + 1)), version);
            else
                bulk.AddIndex(reader, version);
        }
    }
}
