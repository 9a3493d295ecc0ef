using Clickstream.Consumer.Storage;
using Clickstream.ServiceDefaults;
using Npgsql;

namespace Clickstream.Consumer.Lanes;

/// <summary>
/// Keeps the tables <c>topics</c> and <c>partition_offsets</c> in step with the topic. Its numbers only move forward: to a higher
/// count of the same topic, or to a topic never seen before. The transaction that moves them raises the generation of all rows,
/// so that every lane of before fails its next compare-and-set, drops its state and starts anew.
/// </summary>
sealed class TopicRegistry(NpgsqlDataSource database, TimeProvider time, ILogger<TopicRegistry> logger)
{
    readonly FrozenHolders _holders = new(database, time, logger);

    /// <summary>Registers the topic as Kafka describes it now, unless it is registered like that already.</summary>
    /// <returns>What lanes are to work with; null where the description is older than what is registered, so that it must be asked for again.</returns>
    public async Task<RegisteredTopic?> RegisterAsync(KafkaTopic topic, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Of consumers that start together the first registers; the others wait here and find its rows.
        await using (var exclusive = new NpgsqlCommand("LOCK TABLE topics IN SHARE ROW EXCLUSIVE MODE", connection))
            await _holders.ExecuteAsync(exclusive, cancellationToken);

        var current = await FindCurrentAsync(connection, topic.Name, cancellationToken);
        if (current is not null && current.Id == topic.Id)
        {
            if (current.PartitionCount >= topic.PartitionCount)
                return current.PartitionCount == topic.PartitionCount ? current : null;
        }
        else if (await IsKnownAsync(connection, topic.Id, cancellationToken))
        {
            return null;
        }
        var next = new RegisteredTopic(topic.Id, topic.Name, topic.PartitionCount, (current?.Generation ?? 0) + 1);
        await MoveAsync(connection, current ?? next, next, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return next;
    }

    static async Task<RegisteredTopic?> FindCurrentAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT topic_id, partition_count, generation FROM topics WHERE name = $1 ORDER BY generation DESC LIMIT 1", connection)
        {
            Parameters = { new() { Value = name } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new RegisteredTopic(reader.GetGuid(0), name, reader.GetInt32(1), reader.GetInt64(2))
            : null;
    }

    static async Task<bool> IsKnownAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM topics WHERE topic_id = $1)", connection)
        {
            Parameters = { new() { Value = id } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>From one generation to the next, be it of the same topic or of one made in its place; at first sight both are the same.</summary>
    async Task MoveAsync(NpgsqlConnection connection, RegisteredTopic current, RegisteredTopic next, CancellationToken cancellationToken)
    {
        // In partition order, as batches lock them; and before their values are read, since a batch may be about to change them.
        await using (var rows = new NpgsqlCommand("SELECT FROM partition_offsets WHERE topic_id = $1 ORDER BY partition FOR UPDATE", connection))
        {
            rows.Parameters.Add(new() { Value = current.Id });
            await _holders.ExecuteAsync(rows, cancellationToken);
        }
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("""
                    INSERT INTO topics (topic_id, name, partition_count, generation) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (topic_id) DO UPDATE SET partition_count = excluded.partition_count, generation = excluded.generation
                    """)
                {
                    Parameters =
                    {
                        new() { Value = next.Id }, new() { Value = next.Name }, new() { Value = next.PartitionCount }, new() { Value = next.Generation },
                    },
                },
                // A new lane takes over visitors of others: its memory reaches back as far as any of theirs.
                new("""
                    INSERT INTO partition_offsets (topic_id, partition, generation, next_offset, horizon, newest_event_time)
                    SELECT $1, partition, $2, NULL, coalesce((SELECT min(horizon) FROM partition_offsets WHERE topic_id = $3), 0), -1
                    FROM generate_series(0, $4 - 1) AS partition
                    ON CONFLICT DO NOTHING
                    """)
                {
                    Parameters =
                    {
                        new() { Value = next.Id }, new() { Value = next.Generation }, new() { Value = current.Id }, new() { Value = next.PartitionCount },
                    },
                },
                // Any lane may have stored events of any lane's visitors. A topic's successor brings its events again, perhaps.
                new("""
                    UPDATE partition_offsets
                    SET generation = $1, newest_event_time = (SELECT max(newest_event_time) FROM partition_offsets WHERE topic_id IN ($2, $3))
                    WHERE topic_id IN ($2, $3)
                    """)
                {
                    Parameters = { new() { Value = next.Generation }, new() { Value = current.Id }, new() { Value = next.Id } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
