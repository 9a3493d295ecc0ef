using Clickstream.Tests.Infrastructure;
using Npgsql;

namespace Clickstream.Tests.EndToEnd;

/// <summary>Who follows <c>session_changes</c> as the migration says knows all sessions, whenever he begins.</summary>
public sealed class SessionFeedTests(LocalInfrastructure infrastructure)
{
    readonly Random _random = new(20150801);
    readonly Dictionary<(long Visitor, DateTime Start), string> _followed = [];

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_follower_that_begins_in_the_middle_of_a_run_misses_nothing()
    {
        await using var pipeline = await CreateAsync();
        var events = TestEvents.Make(_random, 20_000);
        var input = TestEvents.Disturb(_random, events);
        var consumer = pipeline.StartConsumer();
        pipeline.StartConsumer();
        pipeline.Produce(input);
        await pipeline.WaitUntilSomeStoredAsync(3_000, Cancelled);

        await BeginAsync(pipeline);
        await FollowAsync(pipeline);
        await pipeline.WaitUntilSomeStoredAsync(await pipeline.StoredOffsetsAsync(Cancelled) + 1_000, Cancelled);
        await FollowAsync(pipeline);
        consumer.Kill();
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await FollowAsync(pipeline);

        await pipeline.AssertExactAsync(events, Cancelled);
        var stored = new Dictionary<(long, DateTime), string>();
        await using var all = pipeline.Database.CreateCommand("SELECT visitor_id, session_start, sessions::text FROM sessions");
        await ReadAsync(all, stored);
        Assert.Equal(stored, _followed);
    }

    [Theory]
    [InlineData("SELECT")]
    [InlineData("INSERT INTO session_feed (read_at, backfill_version) VALUES (now() - interval '25 hours', 1)")]
    public async Task Nothing_is_written_for_nobody(string feed)
    {
        await using var pipeline = await CreateAsync();
        pipeline.StartConsumer();
        pipeline.Produce(TestEvents.Make(_random, 100));
        await pipeline.WaitUntilStoredAsync(Cancelled);

        await pipeline.ExecuteAsync(feed, Cancelled);
        pipeline.Produce(TestEvents.Make(_random, 100));
        await pipeline.WaitUntilStoredAsync(Cancelled);
        Assert.Equal(0, await pipeline.ScalarAsync<long>("SELECT count(*) FROM session_changes", Cancelled));
    }

    /// <summary>Begins to follow, and reads what is there.</summary>
    async Task BeginAsync(PipelineHarness pipeline)
    {
        await pipeline.ExecuteAsync(
            """
            BEGIN;
            LOCK TABLE partition_offsets IN SHARE MODE;
            INSERT INTO session_feed (read_at, backfill_version) VALUES (now(), nextval('session_feed_version'));
            COMMIT
            """, Cancelled);
        await using var all = pipeline.Database.CreateCommand("SELECT visitor_id, session_start, sessions::text FROM sessions");
        await ReadAsync(all, _followed);
    }

    /// <summary>Follows until there are no changes.</summary>
    async Task FollowAsync(PipelineHarness pipeline)
    {
        while (await pipeline.ScalarAsync<long>("SELECT coalesce(min(change_id), 0) FROM session_changes", Cancelled) is > 0 and var change)
        {
            await using (var keys = pipeline.Database.CreateCommand("SELECT unnest(visitor_ids), unnest(session_starts) FROM session_changes WHERE change_id = $1"))
            {
                keys.Parameters.Add(new() { Value = change });
                await using var reader = await keys.ExecuteReaderAsync(Cancelled);
                while (await reader.ReadAsync(Cancelled))
                    _followed.Remove((reader.GetInt64(0), reader.GetDateTime(1)));
            }
            await using var rows = pipeline.Database.CreateCommand(
                """
                SELECT visitor_id, session_start, sessions::text
                FROM sessions JOIN (SELECT DISTINCT unnest(visitor_ids) AS visitor_id, unnest(session_starts) AS session_start FROM session_changes WHERE change_id = $1) AS changed
                USING (visitor_id, session_start)
                """);
            rows.Parameters.Add(new() { Value = change });
            await ReadAsync(rows, _followed);
            await pipeline.ExecuteAsync($"DELETE FROM session_changes WHERE change_id = {change}", Cancelled);
        }
    }

    static async Task ReadAsync(NpgsqlCommand command, Dictionary<(long, DateTime), string> sessions)
    {
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        while (await reader.ReadAsync(Cancelled))
            sessions[(reader.GetInt64(0), reader.GetDateTime(1))] = reader.GetString(2);
    }

    async Task<PipelineHarness> CreateAsync() => new(
        await infrastructure.BootstrapServersAsync(Cancelled), await infrastructure.CreateDatabaseAsync(Cancelled), await infrastructure.CreateTopicAsync(3, Cancelled));
}
