using Clickstream.Core.Errors;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.EndToEnd;

/// <summary>The pipeline as processes on shared infrastructure: whatever happens to consumers, the tables are exactly right.</summary>
public sealed class ExactlyOnceTests(LocalInfrastructure infrastructure)
{
    readonly Random _random = new(20150503);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stores_disturbed_input_exactly_and_malformed_records_as_dead_letters()
    {
        await using var pipeline = await CreateAsync(3);
        var events = TestEvents.Make(_random, 20_000);
        pipeline.Produce(TestEvents.Disturb(_random, events));
        pipeline.ProduceRaw("1"u8.ToArray(), "not json"u8.ToArray());
        pipeline.ProduceRaw(null, null);
        pipeline.ProduceRaw("2"u8.ToArray(), """{"timestamp":1,"visitor_id":-5,"event":"view","item_id":1}"""u8.ToArray());
        pipeline.ProduceRaw("3"u8.ToArray(), """{"timestamp":253402300799999,"visitor_id":5,"event":"view","item_id":1}"""u8.ToArray());

        pipeline.StartConsumer();
        await pipeline.WaitUntilStoredAsync(Cancelled);

        await pipeline.AssertExactAsync(events, Cancelled);
        Assert.Equal(
            "empty value|event time is too far in the future|value is not a JSON object|visitor id is not an integer from 0 to 9223372036854775807",
            await pipeline.ScalarAsync<string>("SELECT string_agg(reason, '|' ORDER BY reason) FROM dead_letters", Cancelled));
        Assert.Equal("not json", await pipeline.ScalarAsync<string>(
            "SELECT convert_from(payload, 'UTF8') FROM dead_letters WHERE convert_from(key, 'UTF8') = '1'", Cancelled));
        Assert.Equal(1, await pipeline.ScalarAsync<long>("SELECT count(*) FROM dead_letters WHERE key IS NULL AND payload IS NULL", Cancelled));
    }

    [Fact]
    public async Task Is_right_when_consumers_are_killed_again_and_again()
    {
        await using var pipeline = await CreateAsync(3);
        var events = TestEvents.Make(_random, 30_000);
        var input = TestEvents.Disturb(_random, events);
        foreach (var part in input.Chunk(11_000))
        {
            var consumer = pipeline.StartConsumer();
            var before = Math.Max(0, await pipeline.StoredOffsetsAsync(Cancelled));
            pipeline.Produce(part);
            pipeline.Flush();
            await pipeline.WaitUntilSomeStoredAsync(before + _random.Next(1, 4_000), Cancelled);
            consumer.Kill();
        }
        pipeline.StartConsumer();
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
    }

    [Fact]
    public async Task Is_right_when_consumers_come_and_go()
    {
        await using var pipeline = await CreateAsync(4);
        var events = TestEvents.Make(_random, 30_000);
        var input = TestEvents.Disturb(_random, events);
        var parts = input.Chunk((input.Count + 2) / 3).ToArray();
        var first = pipeline.StartConsumer();
        pipeline.Produce(parts[0]);
        await pipeline.WaitUntilSomeStoredAsync(2_000, Cancelled);

        var second = pipeline.StartConsumer();
        await second.WaitForErrorAsync(static line => line.Contains("assigned:", StringComparison.Ordinal), Cancelled);
        pipeline.Produce(parts[1]);
        await pipeline.WaitUntilSomeStoredAsync(12_000, Cancelled);

        Assert.Equal((int)ExitCode.Success, await first.StopAsync(Cancelled));
        pipeline.Produce(parts[2]);
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
    }

    [Fact]
    public async Task Changes_nothing_when_everything_comes_again_or_backwards()
    {
        await using var pipeline = await CreateAsync(3);
        var events = TestEvents.Make(_random, 10_000);
        pipeline.StartConsumer();
        pipeline.Produce(Enumerable.Reverse(events));
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);

        pipeline.Produce(events);
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
    }

    [Fact]
    public async Task Records_that_the_database_refuses_become_dead_letters_and_the_others_are_stored()
    {
        await using var pipeline = await CreateAsync(2);
        var events = TestEvents.Make(_random, 3_000);
        pipeline.StartConsumer();
        pipeline.Produce(events.Take(10));
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.ExecuteAsync("ALTER TABLE events ADD CONSTRAINT no_item_13 CHECK (item_id <> 13) NOT VALID", Cancelled);

        pipeline.Produce(events.Skip(10));
        await pipeline.WaitUntilStoredAsync(Cancelled);

        var refused = events.Skip(10).Where(e => e.ItemId == 13).ToList();
        Assert.NotEmpty(refused);
        await pipeline.AssertExactAsync(events.Except(refused), Cancelled);
        Assert.Equal(refused.Count, await pipeline.ScalarAsync<long>("SELECT count(*) FROM dead_letters WHERE reason = 'refused by the database'", Cancelled));
    }

    [Fact]
    public async Task Stops_with_one_line_when_the_stored_sessions_have_another_timeout()
    {
        await using var pipeline = await CreateAsync(1);
        pipeline.Produce(TestEvents.Make(_random, 100));
        var consumer = pipeline.StartConsumer();
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await consumer.StopAsync(Cancelled);

        pipeline.Settings["Sessions__Timeout"] = "00:10:00";
        var other = pipeline.StartConsumer();
        Assert.Equal((int)ExitCode.Conflict, await other.WaitForExitAsync(Cancelled));
        Assert.Contains(
            "error: Sessions:Timeout is 00:10:00, but the sessions in schema clickstream were computed with 00:30:00", other.Error, StringComparison.Ordinal);
    }

    async Task<PipelineHarness> CreateAsync(int partitions) => new(
        await infrastructure.BootstrapServersAsync(Cancelled),
        await infrastructure.CreateDatabaseAsync(Cancelled),
        await infrastructure.CreateTopicAsync(partitions, Cancelled));
}
