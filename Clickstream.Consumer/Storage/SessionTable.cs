using Clickstream.Consumer.Lanes;
using Clickstream.Core.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace Clickstream.Consumer.Storage;

/// <summary>The table <c>sessions</c>: what a plan changes in it, and what late events need of it.</summary>
sealed class SessionTable
{
    // By the table's key, for the index's sake: rows sorted by visitor take little more than half of the time to insert.
    static readonly Comparison<Session> s_byKey = static (a, b) =>
        a.VisitorId != b.VisitorId ? a.VisitorId.CompareTo(b.VisitorId) : a.Start.CompareTo(b.Start);

    readonly CopyBuffer _rows = new();
    readonly List<Session> _changed = [];
    readonly List<SessionKey> _replaced = [];

    /// <summary>
    /// Deletes the rows that no longer stand and copies what stands now. An UPDATE writes a new row version and new index entries
    /// just the same, and would need a staging table.
    /// </summary>
    /// <param name="connection">In the batch's transaction.</param>
    /// <param name="plan">What the batch does.</param>
    /// <param name="isFollowed">Whether the changes are to be told as well.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StaleLaneException">A row to be deleted is not there: another consumer was at work.</exception>
    public async Task StoreAsync(NpgsqlConnection connection, BatchPlan plan, bool isFollowed, CancellationToken cancellationToken)
    {
        _changed.Clear();
        _replaced.Clear();
        foreach (var part in plan.Parts)
        {
            _changed.AddRange(part.Lane.Sessions.Changed);
            _replaced.AddRange(part.Lane.Sessions.Replaced);
        }
        if (_replaced.Count > 0)
            await DeleteReplacedAsync(connection, cancellationToken);
        if (_changed.Count == 0)
            return;

        _changed.Sort(s_byKey);
        if (isFollowed)
            await SessionChanges.AppendAsync(connection, _changed, _replaced, cancellationToken);
        _rows.Begin();
        foreach (var session in _changed)
            CopyRows.AppendSession(_rows, session);
        _rows.End();
        // Sessions of closed lanes are not to be kept alive by a list.
        _changed.Clear();
        await BinaryCopy.SendAsync(connection, CopyRows.CopySessions, _rows, cancellationToken);
    }

    /// <summary>Loads the stored sessions that late events may touch and that are not in memory, in one query.</summary>
    public static async Task LoadNearAsync(
        NpgsqlConnection connection, BatchPlan plan, IReadOnlyList<int> late, CancellationToken cancellationToken)
    {
        var visitors = new List<long>();
        var times = new List<DateTime>();
        var lanes = new Dictionary<long, Lane>();
        foreach (var index in late)
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

    async Task DeleteReplacedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            DELETE FROM sessions USING unnest($1, $2) AS replaced (visitor_id, session_start)
            WHERE sessions.visitor_id = replaced.visitor_id AND sessions.session_start = replaced.session_start
            """, connection)
        {
            Parameters =
            {
                new() { Value = _replaced.ConvertAll(key => key.VisitorId).ToArray() },
                new()
                {
                    Value = _replaced.ConvertAll(key => PostgresTime.FromUnixMilliseconds(key.Start)).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
                },
            },
        };
        await command.PrepareAsync(cancellationToken);
        var deleted = await command.ExecuteNonQueryAsync(cancellationToken);
        if (deleted != _replaced.Count)
            throw new StaleLaneException($"{_replaced.Count - deleted} of {_replaced.Count} sessions to be replaced are not stored any more");
    }
}
