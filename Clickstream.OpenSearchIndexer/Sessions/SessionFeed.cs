using Npgsql;
using NpgsqlTypes;

namespace Clickstream.OpenSearchIndexer.Sessions;

/// <summary>A session's key in the table <c>sessions</c>.</summary>
readonly record struct SessionKey(long VisitorId, DateTime Start);

/// <summary>The row of <c>session_feed</c>.</summary>
/// <param name="BackfillVersion">Documents of a lower version were there before the backfill.</param>
/// <param name="Position">The last session that the backfill has passed on; null at its beginning.</param>
/// <param name="IsBackfilled">Whether it is over.</param>
sealed record FeedState(long BackfillVersion, SessionKey? Position, bool IsBackfilled);

/// <summary>Keys of sessions that changed, and the rows of the outbox that told of them.</summary>
sealed record SessionChanges(IReadOnlyList<long> Ids, IReadOnlyList<SessionKey> Keys);

/// <summary>
/// The tables by which the consumer tells what became of sessions, as their one reader uses them, over one connection: it holds the lock
/// that makes the reader the only one, and whoever loses it has lost its say.
/// </summary>
sealed class SessionFeed(NpgsqlConnection connection)
{
    /// <summary>As long as a batch may wait for us behind one that is slow.</summary>
    const string LockTimeout = "1s";

    /// <summary>
    /// A number above all that documents have, be they of a sequence of another schema, which was reset: no sequence grows by a million a
    /// second.
    /// </summary>
    const string NewBackfillVersion =
        "setval('session_feed_version', greatest(nextval('session_feed_version'), (extract(epoch from clock_timestamp()) * 1000000)::bigint))";

    /// <summary>Whether the consumer has made the tables.</summary>
    public async Task<bool> ExistsAsync(CancellationToken cancellationToken) =>
        (bool)(await ScalarAsync("SELECT to_regclass('session_feed') IS NOT NULL AND to_regclass('session_changes') IS NOT NULL", cancellationToken))!;

    /// <summary>Takes the lock of the schema's one reader, which is held until the connection ends; false where there is no schema, too.</summary>
    public async Task<bool> TryLockAsync(CancellationToken cancellationToken) =>
        (bool)(await ScalarAsync(
            "SELECT coalesce(pg_try_advisory_lock(hashtextextended('clickstream session feed of ' || current_schema(), 0)), false)", cancellationToken))!;

    /// <summary>Goes on where the last reader stopped, and gives the sign of life that keeps the feed on.</summary>
    /// <param name="indexUuid">The index as it is now: where it was another one, the backfill starts over.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null where the feed is off, or was not read for so long that the consumer may take it for off.</returns>
    public async Task<FeedState?> ResumeAsync(string indexUuid, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            UPDATE session_feed SET read_at = now(), index_uuid = $1,
              backfill_version = CASE WHEN index_uuid = $1 THEN backfill_version ELSE {NewBackfillVersion} END,
              backfill_visitor_id = CASE WHEN index_uuid = $1 THEN backfill_visitor_id END,
              backfill_session_start = CASE WHEN index_uuid = $1 THEN backfill_session_start END,
              backfilled = backfilled AND index_uuid IS NOT DISTINCT FROM $1
            WHERE read_at > now() - interval '23 hours'
            RETURNING backfill_version, backfill_visitor_id, backfill_session_start, backfilled
            """, connection)
        {
            Parameters = { new() { Value = indexUuid } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        return new(reader.GetInt64(0), reader.IsDBNull(1) ? null : new SessionKey(reader.GetInt64(1), reader.GetDateTime(2)), reader.GetBoolean(3));
    }

    /// <summary>
    /// Turns the feed on. The lock waits for every batch that is under way and holds up new ones: each batch after it sees the feed on, and
    /// what those before it stored is found by the backfill, which is why the changes that they told of are deleted. That comes after the
    /// lock, since it may take long, and whoever ends before it is done leaves changes that are passed on once more.
    /// </summary>
    /// <returns>False where a batch took too long: others must not wait behind us for it.</returns>
    public async Task<bool> TurnOnAsync(string indexUuid, CancellationToken cancellationToken)
    {
        if (await BeginAsync(indexUuid, cancellationToken) is not { } lastChange)
            return false;
        while (await DeleteSomeChangesAsync(lastChange, cancellationToken) > 0)
        {
        }
        return true;
    }

    /// <returns>The last change before it, 0 where there is none; null where the lock was not to be had.</returns>
    async Task<long?> BeginAsync(string indexUuid, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await ExecuteAsync($"SET LOCAL lock_timeout = '{LockTimeout}'", cancellationToken);
            await ExecuteAsync("LOCK TABLE partition_offsets IN SHARE MODE", cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return null;
        }
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO session_feed (read_at, index_uuid, backfill_version) VALUES (now(), $1, {NewBackfillVersion})
            ON CONFLICT (is_on) DO UPDATE SET read_at = excluded.read_at, index_uuid = excluded.index_uuid,
              backfill_version = excluded.backfill_version, backfill_visitor_id = NULL, backfill_session_start = NULL, backfilled = false
            RETURNING (SELECT coalesce(max(change_id), 0) FROM session_changes)
            """, connection)
        {
            Parameters = { new() { Value = indexUuid } },
        };
        var last = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return last;
    }

    async Task<int> DeleteSomeChangesAsync(long last, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "DELETE FROM session_changes WHERE change_id IN (SELECT change_id FROM session_changes WHERE change_id <= $1 ORDER BY change_id LIMIT 1000)",
            connection)
        {
            Parameters = { new() { Value = last } },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// A number for a reading that begins now: of two readings of a session the one with the higher number is right, whichever arrives first.
    /// </summary>
    public async Task<long> NextVersionAsync(CancellationToken cancellationToken) =>
        (long)(await ScalarAsync("SELECT nextval('session_feed_version')", cancellationToken))!;

    /// <summary>Notes how far a backfill is.</summary>
    /// <returns>False where it is not the current one any more.</returns>
    public async Task<bool> MoveBackfillAsync(FeedState state, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE session_feed SET backfill_visitor_id = $2, backfill_session_start = $3, backfilled = $4 WHERE backfill_version = $1
            """, connection)
        {
            Parameters =
            {
                new() { Value = state.BackfillVersion },
                new() { Value = (object?)state.Position?.VisitorId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = (object?)state.Position?.Start ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new() { Value = state.IsBackfilled },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The oldest changes, each session named once.</summary>
    /// <param name="maxRows">Rows of the outbox, each a batch of the consumer.</param>
    /// <param name="enough">With this many keys no further row is read: one may be large, so they are read one by one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<SessionChanges> ReadChangesAsync(int maxRows, int enough, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT change_id, visitor_ids, session_starts FROM session_changes WHERE change_id > $1 ORDER BY change_id LIMIT 1", connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = 0 } },
        };
        var ids = new List<long>();
        var keys = new HashSet<SessionKey>();
        while (ids.Count < maxRows && keys.Count < enough)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
                break;
            ids.Add(reader.GetInt64(0));
            command.Parameters[0].Value = ids[^1];
            var visitors = reader.GetFieldValue<long[]>(1);
            var starts = reader.GetFieldValue<DateTime[]>(2);
            for (var i = 0; i < visitors.Length; i++)
                keys.Add(new(visitors[i], starts[i]));
        }
        return new(ids, [.. keys]);
    }

    /// <summary>What these rows told of has been passed on.</summary>
    public async Task DeleteChangesAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM session_changes WHERE change_id = ANY ($1)", connection)
        {
            Parameters = { new() { Value = ids.ToArray() } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
