using System.Buffers;
using System.Data;
using System.Diagnostics;
using Npgsql;

namespace Clickstream.Cli.Benchmark;

/// <summary>
/// The time that PostgreSQL alone takes to store what the pipeline has stored: the same events and sessions, encoded beforehand, sent over
/// one connection into new tables of the same DDL, in transactions of 50,000 events with their share of the sessions.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="source">The schema of the pipeline's tables.</param>
/// <param name="schema">The schema of the new tables.</param>
sealed class StoreFloor(NpgsqlDataSource database, string source, string schema)
{
    const int EventsPerTransaction = 50_000;

    // Pieces of moderate size let the server work on one while the next is on its way.
    const int PieceLength = 128 * 1024;

    IReadOnlyList<byte[]> _events = [];
    IReadOnlyList<byte[]> _sessions = [];

    /// <summary>Whether the rows are in memory.</summary>
    public bool HasRows => _events.Count > 0;

    /// <summary>Events in memory.</summary>
    public long EventCount { get; private set; }

    /// <summary>Sessions in memory.</summary>
    public long SessionCount { get; private set; }

    /// <summary>Reads the rows of the pipeline's tables into memory, as they are sent later.</summary>
    public async Task ReadRowsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        (EventCount, SessionCount) = await CountAsync(connection, cancellationToken);
        var ends = Ends(EventCount);
        _events = await EncodeAsync(connection, $"SELECT * FROM {source}.events ORDER BY event_time, visitor_id, event, item_id", ends, cancellationToken);
        var shares = ShareOf(ends, SessionCount);
        _sessions = await EncodeAsync(connection, SessionsInShares(shares), shares, cancellationToken);
    }

    /// <summary>Makes the tables anew.</summary>
    public async Task MakeTablesAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            DROP SCHEMA IF EXISTS {schema} CASCADE;
            CREATE SCHEMA {schema};
            CREATE TABLE {schema}.events (LIKE {source}.events INCLUDING ALL) WITH (autovacuum_enabled = off);
            CREATE TABLE {schema}.sessions (LIKE {source}.sessions INCLUDING ALL) WITH (autovacuum_enabled = off)
            """);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stores the rows.</summary>
    /// <returns>The time from the first BEGIN to the last COMMIT.</returns>
    public async Task<TimeSpan> StoreAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < _events.Count; i++)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await CopyAsync(connection, "events", _events[i], cancellationToken);
            await CopyAsync(connection, "sessions", _sessions[i], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Up to which event each transaction goes.</summary>
    internal static long[] Ends(long events) =>
        [.. Enumerable.Range(1, (int)((events + EventsPerTransaction - 1) / EventsPerTransaction)).Select(i => Math.Min((long)i * EventsPerTransaction, events))];

    /// <summary>Up to which session each transaction goes that goes up to these events.</summary>
    internal static long[] ShareOf(long[] ends, long sessions) => Array.ConvertAll(ends, end => (long)((Int128)sessions * end / ends[^1]));

    /// <summary>By their start, and within a transaction by their key: the order in which PostgreSQL takes them fastest.</summary>
    string SessionsInShares(long[] shares) =>
        $$"""
        SELECT (numbered.session).*
        FROM (SELECT session, row_number() OVER (ORDER BY session_start, visitor_id) AS number FROM {{source}}.sessions AS session) AS numbered
        ORDER BY width_bucket(number - 1, '{{{string.Join(',', shares)}}}'::bigint[]), (numbered.session).visitor_id, (numbered.session).session_start
        """;

    async Task<(long Events, long Sessions)> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SET LOCAL work_mem = '256MB'; SELECT (SELECT count(*) FROM {source}.events), (SELECT count(*) FROM {source}.sessions)", connection)
        {
            CommandTimeout = 0,
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    async Task<IReadOnlyList<byte[]>> EncodeAsync(NpgsqlConnection connection, string query, long[] ends, CancellationToken cancellationToken)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync($"COPY ({query}) TO STDOUT (FORMAT binary)", cancellationToken);
        var reader = new CopyRowReader(stream);
        var blocks = new byte[ends.Length][];
        var block = new ArrayBufferWriter<byte>();
        for (var (i, row) = (0, 0L); i < ends.Length; i++)
        {
            block.ResetWrittenCount();
            block.Write(CopyFormat.Header);
            for (; row < ends[i]; row++)
                block.Write((await reader.ReadAsync(cancellationToken)).Span);
            block.Write(CopyFormat.Trailer);
            blocks[i] = block.WrittenSpan.ToArray();
        }
        // Only what is read to its end is over for the server too.
        var rest = await reader.ReadAsync(cancellationToken);
        return rest.IsEmpty ? blocks : throw new InvalidDataException("the table has changed");
    }

    // Should it fail, the transaction is never committed, whatever becomes of the COPY.
    async Task CopyAsync(NpgsqlConnection connection, string table, byte[] rows, CancellationToken cancellationToken)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync($"COPY {schema}.{table} FROM STDIN (FORMAT binary)", cancellationToken);
        for (var start = 0; start < rows.Length; start += PieceLength)
            await stream.WriteAsync(rows.AsMemory(start, Math.Min(PieceLength, rows.Length - start)), cancellationToken);
    }
}
