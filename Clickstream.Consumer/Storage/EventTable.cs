using Clickstream.Core.Events;
using Npgsql;
using NpgsqlTypes;

namespace Clickstream.Consumer.Storage;

/// <summary>
/// The table <c>events</c>. What is certainly new goes by binary COPY; what may be stored already goes by one
/// <c>INSERT ... ON CONFLICT DO NOTHING</c> that tells what was new.
/// </summary>
sealed class EventTable
{
    readonly CopyBuffer _rows = new();
    readonly List<int> _lateNew = [];
    long[] _times = [];
    int[] _indexes = [];

    /// <summary>Indexes of those of the last plan's late events that were new.</summary>
    public IReadOnlyList<int> LateNew => _lateNew;

    /// <summary>Encodes the plan's fresh events, which needs no connection.</summary>
    public void EncodeFresh(BatchPlan plan)
    {
        // In order of the key: neighbours in the batch are then neighbours in the index, which is several times faster to insert.
        var count = plan.Fresh.Count;
        if (_times.Length < count)
            (_times, _indexes) = (new long[count], new int[count]);
        plan.Fresh.CopyTo(_indexes);
        for (var i = 0; i < count; i++)
            _times[i] = plan.Batch[_indexes[i]].Event.Timestamp;
        Array.Sort(_times, _indexes, 0, count);

        _rows.Begin();
        foreach (var index in _indexes.AsSpan(0, count))
            CopyRows.AppendEvent(_rows, plan.Batch[index].Event);
        _rows.End();
    }

    /// <summary>Sends what <see cref="EncodeFresh"/> has encoded.</summary>
    public Task CopyFreshAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        _rows.RowCount == 0 ? Task.CompletedTask : BinaryCopy.SendAsync(connection, CopyRows.CopyEvents, _rows, cancellationToken);

    /// <summary>Stores those of the plan's late events that are not stored yet; they are in <see cref="LateNew"/> afterwards.</summary>
    public async Task InsertLateAsync(NpgsqlConnection connection, BatchPlan plan, CancellationToken cancellationToken)
    {
        _lateNew.Clear();
        var late = plan.Late;
        if (late.Count == 0)
            return;
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
}
