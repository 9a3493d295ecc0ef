using System.Data;
using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Core.Events;
using Clickstream.Core.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace Clickstream.Consumer.Storage;

/// <summary>What a committed transaction did.</summary>
readonly record struct StoredCounts(int Events, int Duplicates, int DeadLetters, int SessionsOpened, int SessionsUpdated, int SessionsMerged)
{
    /// <summary>Records taken from Kafka and settled.</summary>
    public int Records => Events + Duplicates + DeadLetters;
}

/// <summary>
/// Stores a plan as one transaction: offsets, events, sessions and dead letters commit together or not at all. It keeps one
/// connection. After any error the lanes of the plan must be read again.
/// </summary>
sealed class BatchStore(NpgsqlDataSource database, OffsetRows offsets) : IAsyncDisposable
{
    readonly CopyBuffer _rows = new();
    readonly List<int> _lateNew = [];
    NpgsqlConnection? _connection;

    /// <summary>Stores the plan and moves its lanes on.</summary>
    /// <exception cref="StaleLaneException">Another consumer moved one of the lanes; nothing was stored.</exception>
    /// <exception cref="NpgsqlException">The database failed or refused; whether the transaction committed is not known.</exception>
    public async Task<StoredCounts> StoreAsync(RegisteredTopic topic, BatchPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            _connection ??= await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);

            await offsets.MoveAsync(_connection, topic, plan.Parts, cancellationToken);
            await StoreEventsAsync(_connection, plan, cancellationToken);
            var counts = Count(plan);
            await StoreSessionsAsync(_connection, plan, cancellationToken);
            await StoreDeadLettersAsync(_connection, topic, plan, cancellationToken);
            await transaction.CommitAsync(cancellationToken);

            foreach (var part in plan.Parts)
                part.Lane.Advance(part.NextOffset, part.NewestEventTime, part.Horizon);
            return counts;
        }
        catch (Exception e)
        {
            // Npgsql says InvalidOperationException where a connection is used that broke before, between batches for instance.
            var broke = e is InvalidOperationException && _connection is { State: not ConnectionState.Open };
            // Whatever state it is in, the next attempt starts with another one.
            await DisposeAsync();
            if (broke)
                throw new NpgsqlException("the connection was lost", e);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    /// <summary>Stores the events that are new, and applies them to the lanes' sessions in memory.</summary>
    async Task StoreEventsAsync(NpgsqlConnection connection, BatchPlan plan, CancellationToken cancellationToken)
    {
        _lateNew.Clear();
        if (plan.Late.Count > 0)
        {
            await InsertLateEventsAsync(connection, plan, cancellationToken);
            await LoadSessionsNearAsync(connection, plan, cancellationToken);
        }
        if (plan.Fresh.Count > 0)
        {
            _rows.Begin();
            foreach (var index in plan.Fresh)
                CopyRows.AppendEvent(_rows, plan.Batch[index].Event);
            _rows.End();
        }
        // The server is busy with the rows while this process computes the sessions.
        var copied = plan.Fresh.Count > 0 ? CopyAsync(connection, CopyRows.CopyEvents, cancellationToken) : Task.CompletedTask;
        try
        {
            Sessionize(plan.Batch, _lateNew);
            Sessionize(plan.Batch, plan.Fresh);
        }
        finally
        {
            await copied;
        }
    }

    static void Sessionize(Batch batch, List<int> indexes)
    {
        foreach (var index in indexes)
        {
            ref readonly var record = ref batch[index];
            record.Lane.Sessions.Add(record.Event);
        }
    }

    /// <summary>Stores those of the late events that are not stored yet, and remembers them in <c>_lateNew</c>.</summary>
    async Task InsertLateEventsAsync(NpgsqlConnection connection, BatchPlan plan, CancellationToken cancellationToken)
    {
        var late = plan.Late;
        var times = new DateTime[late.Count];
        var visitors = new long[late.Count];
        var types = new short[late.Count];
        var items = new long[late.Count];
        var transactions = new long?[late.Count];
        for (var i = 0; i < late.Count; i++)
        {
            ref readonly var e = ref plan.Batch[late[i]].Event;
            times[i] = PostgresTime.FromUnixMilliseconds(e.Timestamp);
            visitors[i] = e.VisitorId;
            types[i] = (short)e.Type;
            items[i] = e.ItemId;
            transactions[i] = e.TransactionId == ClickEvent.NoTransaction ? null : e.TransactionId;
        }
        // The enum travels as its number, since EventType and the SQL type list the same names in the same order.
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO events (event_time, visitor_id, event, item_id, transaction_id)
            SELECT event_time, visitor_id, (enum_range(NULL::event_type))[event + 1], item_id, transaction_id
            FROM unnest($1, $2, $3, $4, $5) AS late (event_time, visitor_id, event, item_id, transaction_id)
            ON CONFLICT DO NOTHING
            RETURNING event_time, visitor_id, array_position(enum_range(NULL::event_type), event) - 1, item_id
            """, connection)
        {
            Parameters =
            {
                new() { Value = times, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = visitors },
                new() { Value = types },
                new() { Value = items },
                new() { Value = transactions },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            _lateNew.Add(plan.IndexOf(new ClickEvent(
                PostgresTime.ToUnixMilliseconds(reader.GetDateTime(0)),
                reader.GetInt64(1),
                (EventType)reader.GetInt32(2),
                reader.GetInt64(3),
                ClickEvent.NoTransaction)));
        }
    }

    /// <summary>Loads the stored sessions that late events may touch and that are not in memory, in one query.</summary>
    async Task LoadSessionsNearAsync(NpgsqlConnection connection, BatchPlan plan, CancellationToken cancellationToken)
    {
        var visitors = new List<long>();
        var times = new List<DateTime>();
        var lanes = new Dictionary<long, Lane>();
        foreach (var index in _lateNew)
        {
            ref readonly var record = ref plan.Batch[index];
            if (record.Lane.Sessions.Covers(record.Event.Timestamp))
                continue;
            visitors.Add(record.Event.VisitorId);
            times.Add(PostgresTime.FromUnixMilliseconds(record.Event.Timestamp));
            lanes[record.Event.VisitorId] = record.Lane;
        }
        if (visitors.Count == 0)
            return;

        // A visitor's sessions are disjoint and more than the timeout apart, so at most two reach into the span of twice the
        // timeout around an event, and they are the last two that start in it or before it.
        await using var command = new NpgsqlCommand(
            $"""
            SELECT DISTINCT {SessionRows.Columns}
            FROM unnest($1, $2) AS late (late_visitor_id, late_time)
            CROSS JOIN LATERAL (
              SELECT {SessionRows.Columns} FROM sessions
              WHERE visitor_id = late_visitor_id AND session_start <= late_time + $3
              ORDER BY session_start DESC LIMIT 2) AS near
            WHERE session_end >= late_time - $3
            """, connection)
        {
            Parameters =
            {
                new() { Value = visitors.ToArray() },
                new() { Value = times.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = plan.SessionTimeout },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var session = SessionRows.Read(reader);
            lanes[session.VisitorId].Sessions.Load(session);
        }
    }

    StoredCounts Count(BatchPlan plan)
    {
        int opened = 0, updated = 0, replaced = 0;
        foreach (var part in plan.Parts)
        {
            foreach (var session in part.Lane.Sessions.Changed)
            {
                if (session.StoredStart == Session.NotStored)
                    opened++;
                else
                    updated++;
            }
            replaced += part.Lane.Sessions.Replaced.Count;
        }
        return new StoredCounts(
            plan.Fresh.Count + _lateNew.Count, plan.Duplicates + plan.Late.Count - _lateNew.Count, plan.DeadLetters.Count, opened, updated, replaced - updated);
    }

    /// <summary>
    /// Deletes the rows that no longer stand and copies what stands now. An UPDATE writes a new row version and new index entries
    /// just the same, and would need a staging table.
    /// </summary>
    async Task StoreSessionsAsync(NpgsqlConnection connection, BatchPlan plan, CancellationToken cancellationToken)
    {
        var replaced = plan.Parts.SelectMany(part => part.Lane.Sessions.Replaced).ToArray();
        if (replaced.Length > 0)
        {
            await using var command = new NpgsqlCommand(
                """
                DELETE FROM sessions USING unnest($1, $2) AS replaced (visitor_id, session_start)
                WHERE sessions.visitor_id = replaced.visitor_id AND sessions.session_start = replaced.session_start
                """, connection)
            {
                Parameters =
                {
                    new() { Value = Array.ConvertAll(replaced, key => key.VisitorId) },
                    new()
                    {
                        Value = Array.ConvertAll(replaced, key => PostgresTime.FromUnixMilliseconds(key.Start)),
                        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
                    },
                },
            };
            await command.PrepareAsync(cancellationToken);
            var deleted = await command.ExecuteNonQueryAsync(cancellationToken);
            if (deleted != replaced.Length)
                throw new StaleLaneException($"{replaced.Length - deleted} of {replaced.Length} sessions to be replaced are not stored any more");
        }

        _rows.Begin();
        foreach (var part in plan.Parts)
        {
            foreach (var session in part.Lane.Sessions.Changed)
                CopyRows.AppendSession(_rows, session);
        }
        _rows.End();
        if (_rows.RowCount > 0)
            await CopyAsync(connection, CopyRows.CopySessions, cancellationToken);
    }

    static async Task StoreDeadLettersAsync(NpgsqlConnection connection, RegisteredTopic topic, BatchPlan plan, CancellationToken cancellationToken)
    {
        if (plan.DeadLetters.Count == 0)
            return;
        var records = plan.DeadLetters.ConvertAll(index => plan.Batch[index]);
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO dead_letters (topic_id, partition, "offset", key, payload, reason, received_at)
            SELECT $1, partition, "offset", key, payload, reason, now()
            FROM unnest($2, $3, $4, $5, $6) AS dead (partition, "offset", key, payload, reason)
            """, connection)
        {
            Parameters =
            {
                new() { Value = topic.Id },
                new() { Value = records.ConvertAll(record => record.Lane.Partition).ToArray() },
                new() { Value = records.ConvertAll(record => record.Offset).ToArray() },
                new() { Value = records.ConvertAll(record => plan.Batch.Key(record)).ToArray() },
                new() { Value = records.ConvertAll(record => plan.Batch.Value(record)).ToArray() },
                new() { Value = records.ConvertAll(record => record.Error.ToReason()).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Sends the rows in the buffer. Pieces of moderate size let the server work on one while the next is on its way.</summary>
    async Task CopyAsync(NpgsqlConnection connection, string copyCommand, CancellationToken cancellationToken)
    {
        const int PieceLength = 128 * 1024;
        var stream = await connection.BeginRawBinaryCopyAsync(copyCommand, cancellationToken);
        try
        {
            for (var rest = _rows.Written; !rest.IsEmpty; rest = rest[Math.Min(PieceLength, rest.Length)..])
                await stream.WriteAsync(rest[..Math.Min(PieceLength, rest.Length)], cancellationToken);
        }
        catch
        {
            // Disposing would complete the COPY. What cancelling says is the consequence of the first error, which is thrown.
            try
            {
                await stream.CancelAsync();
            }
            catch (Exception e) when (e is NpgsqlException or IOException or ObjectDisposedException or InvalidOperationException)
            {
            }
            throw;
        }
        await stream.DisposeAsync();
    }
}
