using Clickstream.Core.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace Clickstream.Consumer.Storage;

/// <summary>The table <c>session_changes</c>: which sessions a batch wrote or took away, for those who follow them.</summary>
static class SessionChanges
{
    /// <summary>Appends a batch's changes as one row, within the connection's transaction.</summary>
    public static async Task AppendAsync(
        NpgsqlConnection connection, List<Session> changed, List<SessionKey> replaced, CancellationToken cancellationToken)
    {
        var visitors = new long[changed.Count + replaced.Count];
        var starts = new DateTime[visitors.Length];
        var count = 0;
        foreach (var session in changed)
            Add(session.VisitorId, session.Start);
        foreach (var key in replaced)
            Add(key.VisitorId, key.Start);

        await using var command = new NpgsqlCommand("INSERT INTO session_changes (visitor_ids, session_starts) VALUES ($1, $2)", connection)
        {
            Parameters =
            {
                new() { Value = visitors },
                new() { Value = starts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Add(long visitor, long start)
        {
            visitors[count] = visitor;
            starts[count++] = PostgresTime.FromUnixMilliseconds(start);
        }
    }
}
