using Npgsql;

namespace Clickstream.Cli.PostgreSql;

/// <summary>A count, which is an estimate where counting took too long.</summary>
readonly record struct RowCount(long Rows, bool IsEstimated);

/// <summary>What the tables hold.</summary>
sealed record StoredCounts(RowCount Events, RowCount Sessions, RowCount DeadLetters, long LostRanges, long LostRecords);

/// <summary>How far events came in, and how many visitors did what.</summary>
sealed record Funnel(long Viewers, long Carters, long Buyers);

/// <summary>An item and what was done with it.</summary>
sealed record TopItem(long ItemId, long Views, long Carts, long Purchases);

/// <summary>What the server says of itself.</summary>
/// <param name="Version">Such as <c>17.2</c>.</param>
/// <param name="IsEncrypted">The connection to it is.</param>
/// <param name="ClockSkew">How far its clock is ahead of this machine's.</param>
sealed record DatabaseServer(string Version, bool IsEncrypted, TimeSpan ClockSkew);

/// <summary>The command's questions to the consumer's tables. The connections' search_path is the schema.</summary>
/// <param name="dataSource">The database.</param>
/// <param name="schema">The schema.</param>
sealed class PipelineDatabase(NpgsqlDataSource dataSource, string schema)
{
    /// <summary>A count that takes longer gives way to an estimate.</summary>
    const int CountLimitMilliseconds = 5_000;

    /// <summary>Asks the server for its version and its clock.</summary>
    public async Task<DatabaseServer> ServerAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT split_part(current_setting('server_version'), ' ', 1), ssl, clock_timestamp() FROM pg_stat_ssl WHERE pid = pg_backend_pid()", connection);
        var before = DateTime.UtcNow;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var after = DateTime.UtcNow;
        return new(reader.GetString(0), reader.GetBoolean(1), reader.GetDateTime(2) - (before + ((after - before) / 2)));
    }

    /// <summary>The version of the schema; null where there is none yet.</summary>
    public async Task<int?> SchemaVersionAsync(CancellationToken cancellationToken)
    {
        if (!await HasTablesAsync(cancellationToken))
            return null;
        await using var command = dataSource.CreateCommand("SELECT max(version) FROM schema_migrations");
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }

    /// <summary>Whether a consumer has made its tables.</summary>
    public async Task<bool> HasTablesAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT to_regclass($1) IS NOT NULL");
        command.Parameters.Add(new() { Value = $"\"{schema}\".lost_ranges" });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// The next offset to store, by partition, of the topic that consumers read now under a name. A partition that nothing was stored
    /// of is not in it.
    /// </summary>
    public Task<IReadOnlyDictionary<int, long>> StoredOffsetsAsync(string topic, CancellationToken cancellationToken) =>
        StoredOffsetsAsync("(SELECT topic_id FROM topics WHERE name = $1 ORDER BY generation DESC LIMIT 1)", topic, cancellationToken);

    /// <summary>The same of the topic with this id, which one of that name may have replaced or be about to.</summary>
    public Task<IReadOnlyDictionary<int, long>> StoredOffsetsAsync(Guid topicId, CancellationToken cancellationToken) =>
        StoredOffsetsAsync("$1", topicId, cancellationToken);

    /// <summary>What the tables hold.</summary>
    public async Task<StoredCounts> CountAsync(CancellationToken cancellationToken)
    {
        var events = CountAsync("events", cancellationToken);
        var sessions = CountAsync("sessions", cancellationToken);
        var deadLetters = await CountAsync("dead_letters", cancellationToken);

        await using var command = dataSource.CreateCommand("SELECT count(*), coalesce(sum(to_offset - from_offset), 0)::bigint FROM lost_ranges");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(await events, await sessions, deadLetters, reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>How many batches of changed sessions their follower has still to get through.</summary>
    /// <returns>Null where nobody follows them, or has not got through what was there before yet.</returns>
    public async Task<long?> CountSessionChangesAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "SELECT CASE WHEN EXISTS (SELECT FROM session_feed WHERE backfilled) THEN (SELECT count(*) FROM session_changes) END");
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    /// <summary>How many visitors came how far.</summary>
    public async Task<Funnel> ReadFunnelAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            SELECT count(*) FILTER (WHERE viewed), count(*) FILTER (WHERE carted), count(*) FILTER (WHERE bought)
            FROM (SELECT bool_or(event = 'view') AS viewed, bool_or(event = 'addtocart') AS carted, bool_or(event = 'transaction') AS bought
                  FROM events GROUP BY visitor_id) AS visitors
            """);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>The items that were viewed most.</summary>
    public async Task<IReadOnlyList<TopItem>> ReadTopItemsAsync(int count, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            SELECT item_id, count(*) FILTER (WHERE event = 'view') AS views, count(*) FILTER (WHERE event = 'addtocart'),
                   count(*) FILTER (WHERE event = 'transaction')
            FROM events GROUP BY item_id ORDER BY views DESC, item_id LIMIT $1
            """);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<TopItem>();
        while (await reader.ReadAsync(cancellationToken))
            items.Add(new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        return items;
    }

    /// <summary>Drops the schema with all that is in it.</summary>
    public async Task DropSchemaAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"DROP SCHEMA IF EXISTS \"{schema}\" CASCADE");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task<IReadOnlyDictionary<int, long>> StoredOffsetsAsync(string topicId, object parameter, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"SELECT partition, next_offset FROM partition_offsets WHERE topic_id = {topicId} AND next_offset IS NOT NULL");
        command.Parameters.Add(new() { Value = parameter });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var offsets = new Dictionary<int, long>();
        while (await reader.ReadAsync(cancellationToken))
            offsets.Add(reader.GetInt32(0), reader.GetInt64(1));
        return offsets;
    }

    async Task<RowCount> CountAsync(string table, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands = { new($"SET LOCAL statement_timeout = {CountLimitMilliseconds}"), new($"SELECT count(*) FROM {table}") },
                Timeout = 0,
            };
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            return new((long)(await batch.ExecuteScalarAsync(cancellationToken))!, false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            await using var command = new NpgsqlCommand("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = $1::regclass", connection);
            command.Parameters.Add(new() { Value = table });
            return new((long)(await command.ExecuteScalarAsync(cancellationToken))!, true);
        }
    }
}
