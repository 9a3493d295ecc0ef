using System.Globalization;
using System.Text.Json;
using Clickstream.Core.Errors;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Search;

namespace Clickstream.Tests.Indexer;

/// <summary>The table of sessions to its index: whatever happens, both have the same sessions with the same fields.</summary>
public abstract class SessionIndexContract(ISearchServer server, LocalInfrastructure infrastructure)
{
    readonly Random _random = new(20150714);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_that_are_there_and_those_that_change_are_as_in_the_table()
    {
        await using var indexer = await CreateAsync();
        var input = TestEvents.Disturb(_random, TestEvents.Make(_random, 20_000), late: 0.3);
        indexer.Pipeline.StartConsumer();
        indexer.Pipeline.Produce(input.Take(8_000));
        await indexer.Pipeline.WaitUntilStoredAsync(Cancelled);

        var process = indexer.Start();
        await process.WaitForErrorAsync(static line => line.Contains("sessions: following", StringComparison.Ordinal), Cancelled);
        indexer.Pipeline.Produce(input.Skip(8_000).Take(6_000));
        await indexer.Pipeline.WaitUntilStoredAsync(Cancelled);
        await AssertSameAsync(indexer);

        // While nobody reads, changes wait.
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));
        indexer.Pipeline.Produce(input.Skip(14_000));
        await indexer.Pipeline.WaitUntilStoredAsync(Cancelled);
        Assert.NotEqual(0, await indexer.Pipeline.ScalarAsync<long>("SELECT count(*) FROM session_changes", Cancelled));
        process = indexer.Start();
        await AssertSameAsync(indexer);
        Assert.Contains("from where the last indexer left off", process.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, await indexer.Pipeline.ScalarAsync<long>("SELECT count(*) FROM sessions", Cancelled));
    }

    [Fact]
    public async Task What_changed_while_the_feed_was_off_is_found_when_it_is_on_again()
    {
        await using var indexer = await CreateAsync();
        var input = TestEvents.Disturb(_random, TestEvents.Make(_random, 8_000), late: 0.3);
        indexer.Pipeline.StartConsumer();
        indexer.Pipeline.Produce(input.Take(4_000));
        var process = indexer.Start();
        await indexer.Pipeline.WaitUntilStoredAsync(Cancelled);
        await AssertSameAsync(indexer);
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));

        // With changes that nobody read then, more than go in one piece.
        await indexer.Pipeline.ExecuteAsync(
            """
            UPDATE session_feed SET read_at = now() - interval '2 days';
            INSERT INTO session_changes (visitor_ids, session_starts) SELECT ARRAY[n], ARRAY[now()] FROM generate_series(1, 2500) AS n
            """, Cancelled);
        indexer.Pipeline.Produce(input.Skip(4_000));
        await indexer.Pipeline.WaitUntilStoredAsync(Cancelled);
        Assert.Equal(2_500, await indexer.Pipeline.ScalarAsync<long>("SELECT count(*) FROM session_changes", Cancelled));
        process = indexer.Start();
        await AssertSameAsync(indexer);
        Assert.Contains("sessions: all that were stored are indexed", process.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_right_when_readers_are_killed_and_another_takes_over()
    {
        await using var indexer = await CreateAsync();
        var input = TestEvents.Disturb(_random, TestEvents.Make(_random, 12_000), late: 0.3);
        indexer.Pipeline.StartConsumer();
        var reader = indexer.Start();
        foreach (var part in input.Chunk(4_000))
        {
            indexer.Pipeline.Produce(part);
            await reader.WaitForErrorAsync(static line => line.Contains("sessions: following", StringComparison.Ordinal), Cancelled);
            var heir = indexer.Start();
            await heir.WaitForErrorAsync(static line => line.Contains("standing by", StringComparison.Ordinal), Cancelled);
            reader.Kill();
            reader = heir;
        }
        await indexer.Pipeline.WaitUntilStoredAsync(Cancelled);
        await AssertSameAsync(indexer);
    }

    [Fact]
    public async Task An_index_of_sessions_that_was_deleted_is_filled_anew()
    {
        await using var indexer = await CreateAsync();
        indexer.Pipeline.StartConsumer();
        indexer.Pipeline.Produce(TestEvents.Make(_random, 3_000));
        var process = indexer.Start();
        await indexer.Pipeline.WaitUntilStoredAsync(Cancelled);
        await AssertSameAsync(indexer);
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));
        using var http = new HttpClient { BaseAddress = await server.StartedAsync(Cancelled) };
        (await http.DeleteAsync(indexer.Indices.Sessions, Cancelled)).EnsureSuccessStatusCode();
        process = indexer.Start();
        await process.WaitForErrorAsync(static line => line.Contains("sessions: all that were stored are indexed", StringComparison.Ordinal), Cancelled);
        await AssertSameAsync(indexer);

        // While it runs, and made anew by somebody else.
        var version = await VersionAsync(indexer);
        (await http.DeleteAsync(indexer.Indices.Sessions, Cancelled)).EnsureSuccessStatusCode();
        (await http.PutAsync(indexer.Indices.Sessions, null, Cancelled)).EnsureSuccessStatusCode();
        await Eventually.TrueAsync(async () => await VersionAsync(indexer) > version, TimeSpan.FromSeconds(60));
        await AssertSameAsync(indexer);
    }

    [Fact]
    public async Task Documents_of_a_schema_that_was_reset_give_way_to_those_of_the_new_one()
    {
        await using var indexer = await CreateAsync();
        var events = TestEvents.Make(_random, 3_000);
        var consumer = indexer.Pipeline.StartConsumer();
        indexer.Pipeline.Produce(events);
        var process = indexer.Start();
        await indexer.Pipeline.WaitUntilStoredAsync(Cancelled);
        await AssertSameAsync(indexer);
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));
        Assert.Equal((int)ExitCode.Success, await consumer.StopAsync(Cancelled));

        // Other sessions, some of them with ids that were there.
        await indexer.Pipeline.ExecuteAsync("DROP SCHEMA clickstream CASCADE", Cancelled);
        indexer.Pipeline.Settings["Sessions__Timeout"] = "00:20:00";
        indexer.Pipeline.StartConsumer();
        await indexer.Pipeline.WaitUntilStoredAsync(Cancelled);
        indexer.Start();
        await AssertSameAsync(indexer);
    }

    static Task<long> VersionAsync(IndexerHarness indexer) => indexer.Pipeline.ScalarAsync<long>("SELECT backfill_version FROM session_feed", Cancelled);

    /// <summary>Waits until all changes are passed on and all that is stored was; then every field of every session must be the table's.</summary>
    static async Task AssertSameAsync(IndexerHarness indexer)
    {
        try
        {
            await Eventually.TrueAsync(() => indexer.Pipeline.ScalarAsync<bool>(
                """
                SELECT EXISTS (SELECT FROM session_feed WHERE backfilled AND read_at > now() - interval '1 day')
                  AND NOT EXISTS (SELECT FROM session_changes)
                """, Cancelled), TimeSpan.FromSeconds(60));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"the feed is not read{indexer.Transcript()}", e);
        }
        var documents = await indexer.DocumentsAsync(indexer.Indices.Sessions, "session_start", "visitor_id");
        var rows = await RowsAsync(indexer);
        Assert.Equal(rows.Keys.Order(StringComparer.Ordinal), documents.Keys.Order(StringComparer.Ordinal));
        foreach (var (id, row) in rows)
        {
            var fields = documents[id].EnumerateObject().Where(static field => field.Name != "feed_version").ToDictionary(static field => field.Name, static field => field.Value.GetRawText());
            Assert.Equal(row, fields);
            Assert.True(documents[id].GetProperty("feed_version").GetInt64() > 0);
        }
    }

    static async Task<Dictionary<string, Dictionary<string, string>>> RowsAsync(IndexerHarness indexer)
    {
        var rows = new Dictionary<string, Dictionary<string, string>>();
        await using var command = indexer.Pipeline.Database.CreateCommand("SELECT * FROM sessions");
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        while (await reader.ReadAsync(Cancelled))
        {
            rows.Add(reader.GetString(0), Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, column => reader.GetName(column) == "visitor_id"
                ? $"\"{reader.GetInt64(column)}\""
                : Json(reader.GetValue(column))));
        }
        return rows;
    }

    static string Json(object value) => value switch
    {
        DateTime time => new DateTimeOffset(time).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        long[] items => JsonSerializer.Serialize(items.Select(static item => item.ToString(CultureInfo.InvariantCulture))),
        _ => JsonSerializer.Serialize(value),
    };

    async Task<IndexerHarness> CreateAsync()
    {
        var address = await server.StartedAsync(Cancelled);
        var kafka = await infrastructure.BootstrapServersAsync(Cancelled);
        var database = await infrastructure.CreateDatabaseAsync(Cancelled);
        var indexer = new IndexerHarness(address, kafka, new(kafka, database, await infrastructure.CreateTopicAsync(3, Cancelled)), database);
        indexer.Settings["Indexer__Sessions"] = "true";
        return indexer;
    }
}

public sealed class RealSessionIndexTests(RealOpenSearch server, LocalInfrastructure infrastructure) : SessionIndexContract(server, infrastructure);
