using System.Data;
using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Core.Sessions;
using Npgsql;

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
    readonly EventTable _events = new();
    readonly SessionTable _sessions = new();
    NpgsqlConnection? _connection;

    /// <summary>Stores the plan and moves its lanes on.</summary>
    /// <exception cref="StaleLaneException">Another consumer moved one of the lanes; nothing was stored.</exception>
    /// <exception cref="NpgsqlException">The database failed or refused; whether the transaction committed is not known.</exception>
    public async Task<StoredCounts> StoreAsync(RegisteredTopic topic, BatchPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            _events.EncodeFresh(plan);
            _connection ??= await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);

            var isFollowed = await offsets.MoveAsync(_connection, topic, plan.Parts, cancellationToken);
            await StoreEventsAsync(_connection, plan, cancellationToken);
            var counts = Count(plan);
            await _sessions.StoreAsync(_connection, plan, isFollowed, cancellationToken);
            await DeadLetterTable.StoreAsync(_connection, topic, plan, cancellationToken);
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
        await _events.InsertLateAsync(connection, plan, cancellationToken);
        await SessionTable.LoadNearAsync(connection, plan, _events.LateNew, cancellationToken);
        // The server is busy with the rows while this process computes the sessions.
        var copied = _events.CopyFreshAsync(connection, cancellationToken);
        try
        {
            Sessionize(plan.Batch, _events.LateNew);
            Sessionize(plan.Batch, plan.Fresh);
        }
        finally
        {
            await copied;
        }
    }

    static void Sessionize(Batch batch, IReadOnlyList<int> indexes)
    {
        foreach (var index in indexes)
        {
            ref readonly var record = ref batch[index];
            record.Lane.Sessions.Add(record.Event);
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
            plan.Fresh.Count + _events.LateNew.Count, plan.Duplicates + plan.Late.Count - _events.LateNew.Count, plan.DeadLetters.Count, opened, updated, replaced - updated);
    }
}
