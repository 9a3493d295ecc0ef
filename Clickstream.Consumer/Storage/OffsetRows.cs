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

    /// <summary>
    /// Moves the rows of the given parts, locked in partition order, within the connection's transaction. Who begins to follow the
    /// sessions locks the table of the rows meanwhile, and so knows of each batch whether it saw that.
    /// </summary>
    /// <returns>Whether somebody follows the sessions: the transaction then appends to <c>session_changes</c>.</returns>
    /// <exception cref="StaleLaneException">Not every row was where its lane believes it to be.</exception>
    public async Task<bool> MoveAsync(NpgsqlConnection connection, RegisteredTopic topic, List<LanePart> parts, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH mine AS (
              SELECT partition FROM partition_offsets WHERE topic_id = $1 AND partition = ANY ($2) ORDER BY partition FOR UPDATE),
            moved AS (
              UPDATE partition_offsets AS stored
              SET next_offset = new.next_offset, newest_event_time = new.newest_event_time, horizon = new.horizon
              FROM mine JOIN unnest($2, $3, $4, $5, $6, $7)
                AS new (partition, generation, expected, next_offset, newest_event_time, horizon) USING (partition)
              WHERE stored.topic_id = $1 AND stored.partition = new.partition
                AND stored.generation = new.generation AND stored.next_offset IS NOT DISTINCT FROM new.expected
              RETURNING stored.partition)
            SELECT count(*)::integer, EXISTS (SELECT FROM session_feed WHERE read_at > now() - interval '24 hours') FROM moved
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
        var (moved, isFollowed) = await _holders.RunAsync(connection, () => ReadAsync(command, cancellationToken), cancellationToken);
        if (moved != parts.Count)
            throw new StaleLaneException($"{parts.Count - moved} of {parts.Count} offset rows were moved by another consumer");
        return isFollowed;
    }

    static async Task<(int Moved, bool IsFollowed)> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt32(0), reader.GetBoolean(1));
    }
}
