using Clickstream.Consumer.Lanes;
using Npgsql;

namespace Clickstream.Consumer.Storage;

/// <summary>
/// The rows that say how far each partition is stored. A batch begins by moving them, and only from where it believes them to
/// be, so of two consumers with the same partition one commits and the other changes nothing.
/// </summary>
sealed class OffsetRows(NpgsqlDataSource database, TimeProvider time, ILogger logger)
{
    readonly FrozenHolders _holders = new(database, time, logger);

    /// <summary>Moves the rows of the given parts, locked in partition order, within the connection's transaction.</summary>
    /// <exception cref="StaleLaneException">Not every row was where its lane believes it to be.</exception>
    public async Task MoveAsync(NpgsqlConnection connection, RegisteredTopic topic, List<LanePart> parts, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH mine AS (
              SELECT partition FROM partition_offsets WHERE topic_id = $1 AND partition = ANY ($2) ORDER BY partition FOR UPDATE)
            UPDATE partition_offsets AS stored
            SET next_offset = moved.next_offset, newest_event_time = moved.newest_event_time, horizon = moved.horizon
            FROM mine JOIN unnest($2, $3, $4, $5, $6, $7)
              AS moved (partition, generation, expected, next_offset, newest_event_time, horizon) USING (partition)
            WHERE stored.topic_id = $1 AND stored.partition = moved.partition
              AND stored.generation = moved.generation AND stored.next_offset IS NOT DISTINCT FROM moved.expected
            """, connection)
        {
            Parameters =
            {
                new() { Value = topic.Id },
                new() { Value = parts.ConvertAll(part => part.Lane.Partition).ToArray() },
                new() { Value = parts.ConvertAll(part => part.Lane.Generation).ToArray() },
                new() { Value = parts.ConvertAll(part => part.Lane.NextOffset).ToArray() },
                new() { Value = parts.ConvertAll(part => part.NextOffset).ToArray() },
                new() { Value = parts.ConvertAll(part => part.NewestEventTime).ToArray() },
                new() { Value = parts.ConvertAll(part => part.Horizon).ToArray() },
            },
        };
        await command.PrepareAsync(cancellationToken);
        var moved = await _holders.ExecuteAsync(command, cancellationToken);
        if (moved != parts.Count)
            throw new StaleLaneException($"{parts.Count - moved} of {parts.Count} offset rows were moved by another consumer");
    }
}
