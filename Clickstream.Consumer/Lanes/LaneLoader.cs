using System.Data;
using Clickstream.Consumer.Storage;
using Clickstream.Core.Errors;
using Clickstream.Core.Partitioning;
using Clickstream.Core.Sessions;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace Clickstream.Consumer.Lanes;

/// <summary>Reads what PostgreSQL holds of lanes: offset rows, and the sessions that end at or after their horizons, in one snapshot.</summary>
sealed class LaneLoader(NpgsqlDataSource database, SessionsOptions sessions)
{
    /// <summary>Seconds. With a large table and no horizon yet, much has to be read, and a second attempt would take as long.</summary>
    const int ReadTimeout = 600;

    readonly long _timeout = (long)sessions.Timeout.TotalMilliseconds;

    /// <summary>The states of the given partitions, in any order; a partition without a row is left out.</summary>
    /// <exception cref="TopicChangedException">The rows are of another generation than <paramref name="topic"/>.</exception>
    public async Task<IReadOnlyList<LaneState>> LoadAsync(RegisteredTopic topic, int[] partitions, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // A batch of the lane's last holder may commit at any time: offset and sessions must be of the same moment.
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

        var states = await ReadOffsetsAsync(connection, topic, partitions, cancellationToken);
        if (states.Count > 0)
            await ReadSessionsAsync(connection, topic, states, cancellationToken);
        await snapshot.CommitAsync(cancellationToken);
        return [.. states.Values];
    }

    /// <summary>The error for a partition that has no row: they are made with the topic's registration, so somebody removed them.</summary>
    public static ClickstreamException RowsMissing(RegisteredTopic topic) => new(ExitCode.Conflict,
        $"partition_offsets has no rows for topic {topic.Name} ({topic.Id}): the schema was reset while the consumer ran; start it again");

    async Task<Dictionary<int, LaneState>> ReadOffsetsAsync(
        NpgsqlConnection connection, RegisteredTopic topic, int[] partitions, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT partition, generation, next_offset, newest_event_time, horizon
            FROM partition_offsets WHERE topic_id = $1 AND partition = ANY ($2)
            """, connection)
        {
            Parameters = { new() { Value = topic.Id }, new() { Value = partitions } },
        };
        var states = new Dictionary<int, LaneState>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var partition = reader.GetInt32(0);
            var generation = reader.GetInt64(1);
            // Homes may be others by now, and a lane knows only those of its own generation.
            if (generation != topic.Generation)
                throw new TopicChangedException($"another consumer registered a change of topic {topic.Name}");
            states.Add(partition, new LaneState(
                partition,
                generation,
                NextOffset: reader.IsDBNull(2) ? null : reader.GetInt64(2),
                NewestEventTime: reader.GetInt64(3),
                new Sessionizer(_timeout, horizon: reader.GetInt64(4))));
        }
        return states;
    }

    static async Task ReadSessionsAsync(
        NpgsqlConnection connection, RegisteredTopic topic, Dictionary<int, LaneState> states, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT {SessionRows.Columns} FROM sessions WHERE session_end >= $1", connection)
        {
            CommandTimeout = ReadTimeout,
            Parameters = { new() { Value = PostgresTime.FromUnixMilliseconds(states.Values.Min(state => state.Sessions.Horizon)), NpgsqlDbType = NpgsqlDbType.TimestampTz } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var session = SessionRows.Read(reader);
            if (states.TryGetValue(Murmur2.HomePartition(session.VisitorId, topic.PartitionCount), out var home) && session.End >= home.Sessions.Horizon)
                home.Sessions.Load(session);
        }
    }
}
