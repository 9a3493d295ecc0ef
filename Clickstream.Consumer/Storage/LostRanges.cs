using Clickstream.Consumer.Lanes;
using Npgsql;

namespace Clickstream.Consumer.Storage;

/// <summary>Records what retention deleted before it was read, in the transaction that moves the lane past it.</summary>
sealed class LostRanges(NpgsqlDataSource database, OffsetRows offsets)
{
    /// <summary>Moves the lane from its stored offset to the log's start.</summary>
    /// <exception cref="StaleLaneException">Another consumer moved it; nothing was stored.</exception>
    public async Task SkipToAsync(RegisteredTopic topic, Lane lane, long logStart, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var from = lane.NextOffset;
        var part = new LanePart { Lane = lane, NextOffset = logStart, NewestEventTime = lane.NewestEventTime, Horizon = lane.Sessions.Horizon };
        await offsets.MoveAsync(connection, topic, [part], cancellationToken);
        await using var command = new NpgsqlCommand(
            "INSERT INTO lost_ranges (topic_id, partition, from_offset, to_offset, detected_at) VALUES ($1, $2, $3, $4, now())", connection)
        {
            Parameters = { new() { Value = topic.Id }, new() { Value = lane.Partition }, new() { Value = from }, new() { Value = logStart } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        lane.Advance(part.NextOffset, part.NewestEventTime, part.Horizon);
    }
}
