using Clickstream.Consumer.Lanes;
using Npgsql;

namespace Clickstream.Consumer.Storage;

/// <summary>Moves lanes to their log's start, and records in the same transaction what retention deleted before it was read.</summary>
sealed class LostRanges(NpgsqlDataSource database, OffsetRows offsets)
{
    /// <summary>Moves the lane from its stored offset to the log's start. Where it had none, that is where it begins, and nothing is lost.</summary>
    /// <exception cref="StaleLaneException">Another consumer moved it; nothing was stored.</exception>
    public async Task SkipToAsync(RegisteredTopic topic, Lane lane, long logStart, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var from = lane.NextOffset;
        var part = new LanePart { Lane = lane, NextOffset = logStart, NewestEventTime = lane.NewestEventTime, Horizon = lane.Sessions.Horizon };
        await offsets.MoveAsync(connection, topic, [part], cancellationToken);
        if (from is not null)
            await RecordAsync(connection, topic, lane.Partition, from.Value, logStart, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        lane.Advance(part.NextOffset, part.NewestEventTime, part.Horizon);
    }

    static async Task RecordAsync(
        NpgsqlConnection connection, RegisteredTopic topic, int partition, long from, long to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO lost_ranges (topic_id, partition, from_offset, to_offset, detected_at) VALUES ($1, $2, $3, $4, now())
            ON CONFLICT DO NOTHING
            """, connection)
        {
            Parameters = { new() { Value = topic.Id }, new() { Value = partition }, new() { Value = from }, new() { Value = to } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
