using System.Data;
using System.Globalization;
using Clickstream.Core.Errors;
using Npgsql;

namespace Clickstream.Cli.Verification;

/// <summary>
/// Recomputes the sessions from <c>events</c> with window functions and compares every column with the table <c>sessions</c>. All of
/// it sees one snapshot, so it is right while consumers store.
/// </summary>
static class SessionVerifier
{
    /// <summary>How many differing sessions are told in full.</summary>
    public const int MaxDifferences = 10;

    /// <summary>The columns beside the key, in the table's order.</summary>
    static readonly string[] s_columns =
    [
        "session_id", "session_end", "duration_seconds", "event_count", "view_count", "cart_count", "transaction_count",
        "items_viewed", "items_carted", "items_purchased", "converted",
    ];

    /// <summary>
    /// One pass: a sort of the events, and a hash join with the sessions. Only sessions with several events of a kind pay for making
    /// their items distinct. The list of differences carries their count, so that nothing is computed twice.
    /// </summary>
    static readonly string s_query = $$"""
        WITH marked AS (
          SELECT visitor_id, event_time, event, item_id,
                 event_time > lag(event_time) OVER (PARTITION BY visitor_id ORDER BY event_time) + make_interval(secs => @timeout / 1000.0) AS opens
          FROM events),
        numbered AS (
          SELECT visitor_id, event_time, event, item_id,
                 count(*) FILTER (WHERE opens) OVER (PARTITION BY visitor_id ORDER BY event_time ROWS UNBOUNDED PRECEDING) AS session
          FROM marked),
        grouped AS (
          SELECT visitor_id, min(event_time) AS session_start, max(event_time) AS session_end, count(*)::integer AS event_count,
                 (count(*) FILTER (WHERE event = 'view'))::integer AS view_count,
                 (count(*) FILTER (WHERE event = 'addtocart'))::integer AS cart_count,
                 (count(*) FILTER (WHERE event = 'transaction'))::integer AS transaction_count,
                 array_agg(item_id) FILTER (WHERE event = 'view') AS viewed,
                 array_agg(item_id) FILTER (WHERE event = 'addtocart') AS carted,
                 array_agg(item_id) FILTER (WHERE event = 'transaction') AS purchased
          FROM numbered
          GROUP BY visitor_id, session),
        expected AS (
          SELECT visitor_id || '-' || round(date_part('epoch', session_start) * 1000)::bigint AS session_id,
                 visitor_id, session_start, session_end,
                 trunc(date_part('epoch', session_end - session_start))::integer AS duration_seconds,
                 event_count, view_count, cart_count, transaction_count,
                 {{Distinct("viewed", "view_count")}} AS items_viewed,
                 {{Distinct("carted", "cart_count")}} AS items_carted,
                 {{Distinct("purchased", "transaction_count")}} AS items_purchased,
                 transaction_count > 0 AS converted
          FROM grouped)
        SELECT coalesce(e.visitor_id, s.visitor_id), coalesce(e.session_start, s.session_start)::text,
               count(*) OVER (), e.visitor_id IS NOT NULL, s.visitor_id IS NOT NULL,
               {{string.Join(", ", s_columns.Select(static column => $"e.{column}::text, s.{column}::text"))}}
        FROM expected e FULL JOIN sessions s ON s.visitor_id = e.visitor_id AND s.session_start = e.session_start
        WHERE e.visitor_id IS NULL OR s.visitor_id IS NULL
           OR ({{Columns("e")}}) IS DISTINCT FROM ({{Columns("s")}})
        ORDER BY 1, coalesce(e.session_start, s.session_start)
        LIMIT {{MaxDifferences}}
        """;

    /// <summary>Compares.</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="schema">The schema of the tables.</param>
    /// <param name="configuredTimeout">The session timeout that the user has set, or null for the one that is stored.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    /// <exception cref="ClickstreamException">There is no such schema, or it was made with another session timeout.</exception>
    public static async Task<SessionVerification> VerifyAsync(
        NpgsqlDataSource dataSource, string schema, TimeSpan? configuredTimeout, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await PrepareAsync(connection, schema, cancellationToken);

        var timeout = await ReadTimeoutAsync(connection, schema, cancellationToken);
        if (configuredTimeout is { } configured && configured != timeout)
        {
            throw new ClickstreamException(ExitCode.Conflict,
                $"Sessions:Timeout is {configured:c}, and the sessions in schema {schema} were made with {timeout:c}; "
                + "set that, or start over with: clickstream data reset");
        }
        var (events, sessions) = await CountAsync(connection, cancellationToken);
        var (differing, first) = await CompareAsync(connection, timeout, cancellationToken);
        return new(events, sessions, differing, first);
    }

    static string Distinct(string items, string count) =>
        $"CASE WHEN {count} > 1 THEN ARRAY(SELECT DISTINCT item FROM unnest({items}) AS item ORDER BY item) ELSE coalesce({items}, '{{}}') END";

    static string Columns(string table) => string.Join(", ", s_columns.Select(column => $"{table}.{column}"));

    static async Task PrepareAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        // Memory for the one big sort and the one big hash; what does not fit goes to disk. Parallel workers would want shared memory
        // that containers often lack, and would take the processors from the consumers.
        await using var command = new NpgsqlCommand(
            $"""
            SET TRANSACTION READ ONLY;
            SET LOCAL search_path = {Quote(schema)};
            SET LOCAL timezone = 'UTC';
            SET LOCAL datestyle = 'ISO';
            SET LOCAL work_mem = '128MB';
            SET LOCAL hash_mem_multiplier = 2;
            SET LOCAL max_parallel_workers_per_gather = 0;
            SET LOCAL jit = off;
            SET LOCAL statement_timeout = 0
            """, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task<TimeSpan> ReadTimeoutAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT value FROM settings WHERE name = 'session_timeout_ms'", connection);
            if (await command.ExecuteScalarAsync(cancellationToken) is string text
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
                return TimeSpan.FromMilliseconds(milliseconds);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            throw NothingThere(e);
        }
        throw NothingThere(null);

        ClickstreamException NothingThere(Exception? e) => new(ExitCode.Conflict,
            $"schema {schema} holds no clickstream tables; a consumer makes them when it starts: clickstream up --detach", e);
    }

    static async Task<(long Events, long Sessions)> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM sessions)";
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    static async Task<(long Differing, IReadOnlyList<SessionDifference> First)> CompareAsync(
        NpgsqlConnection connection, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(s_query, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new("timeout", timeout.TotalMilliseconds));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        var differing = 0L;
        var first = new List<SessionDifference>();
        while (await reader.ReadAsync(cancellationToken))
        {
            differing = reader.GetInt64(2);
            var (isExpected, isStored) = (reader.GetBoolean(3), reader.GetBoolean(4));
            first.Add(new(reader.GetInt64(0), reader.GetString(1),
                !isStored ? DifferenceKind.Missing : !isExpected ? DifferenceKind.Unexpected : DifferenceKind.Different,
                isExpected && isStored ? ReadColumns(reader) : []));
        }
        return (differing, first);
    }

    static List<ColumnDifference> ReadColumns(NpgsqlDataReader reader)
    {
        const int FirstPair = 5;
        var differences = new List<ColumnDifference>();
        for (var i = 0; i < s_columns.Length; i++)
        {
            var expected = Text(FirstPair + 2 * i);
            var actual = Text(FirstPair + 2 * i + 1);
            if (expected != actual)
                differences.Add(new(s_columns[i], expected, actual));
        }
        return differences;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    // The setting lets plain lower-case names through; quoted, words such as "user" work too.
    static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
