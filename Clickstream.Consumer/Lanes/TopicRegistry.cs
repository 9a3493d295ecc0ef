using Clickstream.Core.Errors;
using Npgsql;

namespace Clickstream.Consumer.Lanes;

/// <summary>The topic as PostgreSQL knows it: every lane works with these numbers, never with its own metadata's.</summary>
/// <param name="Id">Kafka's topic id: a topic deleted and made anew has another.</param>
/// <param name="Name">As in <c>Kafka:Topic</c>.</param>
/// <param name="PartitionCount">The count that decides each visitor's home.</param>
sealed record RegisteredTopic(Guid Id, string Name, int PartitionCount);

/// <summary>Keeps the tables <c>topics</c> and <c>partition_offsets</c> in step with the topic.</summary>
sealed class TopicRegistry(NpgsqlDataSource database)
{
    /// <summary>Registers a topic at first sight, with an offset row for each partition.</summary>
    /// <param name="name">The topic's name.</param>
    /// <param name="id">Its id, as Kafka says now.</param>
    /// <param name="partitionCount">Its partition count, as Kafka says now.</param>
    /// <param name="cancellationToken">Stops the registration.</param>
    /// <exception cref="ClickstreamException">Another topic of this name, or another partition count, is registered.</exception>
    public async Task<RegisteredTopic> RegisterAsync(string name, Guid id, int partitionCount, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Of consumers that start together the first registers; the others wait here and find its rows.
        await using (var exclusive = new NpgsqlCommand("LOCK TABLE topics IN SHARE ROW EXCLUSIVE MODE", connection, transaction))
            await exclusive.ExecuteNonQueryAsync(cancellationToken);

        var registered = await FindAsync(connection, name, cancellationToken);
        if (registered is null)
        {
            registered = new RegisteredTopic(id, name, partitionCount);
            await InsertAsync(connection, registered, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        if (registered.Id != id)
        {
            throw new ClickstreamException(ExitCode.Conflict,
                $"topic {name} has the id {id}, but the database has stored another topic of that name ({registered.Id}); "
                + "it was deleted and made anew: set another Kafka:Topic or Postgres:Schema, or start over with: clickstream data reset");
        }
        if (registered.PartitionCount != partitionCount)
        {
            throw new ClickstreamException(ExitCode.Conflict,
                $"topic {name} has {partitionCount} partitions, but the database has stored it with {registered.PartitionCount}; "
                + "start over with: clickstream data reset");
        }
        return registered;
    }

    static async Task<RegisteredTopic?> FindAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT topic_id, partition_count FROM topics WHERE name = $1 ORDER BY generation DESC LIMIT 1", connection)
        {
            Parameters = { new() { Value = name } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new RegisteredTopic(reader.GetGuid(0), name, reader.GetInt32(1))
            : null;
    }

    static async Task InsertAsync(NpgsqlConnection connection, RegisteredTopic topic, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("INSERT INTO topics (topic_id, name, partition_count, generation) VALUES ($1, $2, $3, 1)")
                {
                    Parameters = { new() { Value = topic.Id }, new() { Value = topic.Name }, new() { Value = topic.PartitionCount } },
                },
                new("""
                    INSERT INTO partition_offsets (topic_id, partition, generation, next_offset, horizon, newest_event_time)
                    SELECT $1, partition, 1, NULL, 0, -1 FROM generate_series(0, $2 - 1) AS partition
                    """)
                {
                    Parameters = { new() { Value = topic.Id }, new() { Value = topic.PartitionCount } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
