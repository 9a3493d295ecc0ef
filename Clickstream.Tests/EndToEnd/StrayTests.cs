using System.Text;
using Clickstream.Core.Events;
using Clickstream.Core.Partitioning;
using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;

namespace Clickstream.Tests.EndToEnd;

/// <summary>Records away from home: how often they are sent on, and those that cannot be.</summary>
public sealed class StrayTests(LocalInfrastructure infrastructure)
{
    readonly Random _random = new(20150713);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_record_is_sent_on_once_however_often_its_batch_is_tried_and_whatever_its_header_says()
    {
        await using var pipeline = await CreateAsync();
        var events = TestEvents.Make(_random, 500);
        // The first batch that moves an offset fails as often as the sequence says, with an error that is not the data's fault.
        pipeline.StartConsumer();
        pipeline.Produce(events.Take(10));
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.ExecuteAsync(
            """
            CREATE SEQUENCE attempts;
            CREATE FUNCTION fail_at_first() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF nextval('attempts') <= 5 THEN RAISE EXCEPTION 'not now'; END IF;
              RETURN NEW;
            END $$;
            CREATE TRIGGER fail_at_first BEFORE UPDATE ON partition_offsets FOR EACH ROW EXECUTE FUNCTION fail_at_first();
            """, Cancelled);
        var before = await pipeline.StoredOffsetsAsync(Cancelled);
        foreach (var e in events.Skip(10))
            pipeline.ProduceRaw(null, PipelineHarness.Json(e), partition: 1, new Headers { { "clickstream-partition-count", "4"u8.ToArray() } });
        await pipeline.WaitUntilStoredAsync(Cancelled);

        await pipeline.AssertExactAsync(events, Cancelled);
        Assert.True(await pipeline.ScalarAsync<long>("SELECT last_value FROM attempts", Cancelled) > 5);
        var strays = events.Skip(10).Count(e => Murmur2.HomePartition(e.VisitorId, 4) != 1);
        Assert.Equal(before + 490 + strays, await pipeline.StoredOffsetsAsync(Cancelled));
    }

    [Fact]
    public async Task A_record_that_is_sent_on_is_the_same_but_for_its_key_its_time_and_a_header_that_tells_of_it()
    {
        await using var pipeline = await CreateAsync();
        var e = new ClickEvent(TestEvents.Start, 257597, EventType.View, 1, ClickEvent.NoTransaction);
        var home = Murmur2.HomePartition(e.VisitorId, 4);
        var value = Encoding.UTF8.GetBytes($$"""{"visitor_id":257597, "event":"view","item_id":1,"timestamp":{{TestEvents.Start}},"more":"ä"}""");
        pipeline.StartConsumer();
        pipeline.ProduceRaw("another"u8.ToArray(), value, (home + 1) % 4);
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync([e], Cancelled);

        using var reader = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = await infrastructure.BootstrapServersAsync(Cancelled),
            GroupId = LocalInfrastructure.UniqueName(),
        }).Build();
        reader.Assign(new TopicPartitionOffset(pipeline.Topic, home, 0));
        var record = reader.Consume(Cancelled).Message;
        Assert.Equal("257597", record.Key);
        Assert.Equal(value, record.Value);
        Assert.Equal("4"u8.ToArray(), Assert.Single(record.Headers).GetValueBytes());
        Assert.True(DateTime.UtcNow - record.Timestamp.UtcDateTime < TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_record_that_is_too_large_with_its_header_is_a_dead_letter_and_its_neighbours_are_sent_on()
    {
        var topic = LocalInfrastructure.UniqueName();
        var bootstrapServers = await infrastructure.BootstrapServersAsync(Cancelled);
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build())
            await admin.CreateTopicsAsync([new() { Name = topic, NumPartitions = 4, ReplicationFactor = 1, Configs = new() { ["max.message.bytes"] = "2000" } }]);
        await using var pipeline = new PipelineHarness(bootstrapServers, await infrastructure.CreateDatabaseAsync(Cancelled), topic);
        var events = TestEvents.Make(_random, 60).Where(e => Murmur2.HomePartition(e.VisitorId, 4) != 1).ToList();
        // Together they are more than a batch may have, too; so each is produced alone.
        foreach (var e in events)
        {
            pipeline.ProduceRaw(null, PipelineHarness.Json(e), partition: 1);
            pipeline.Flush();
        }
        var large = PipelineHarness.Json(events[0] with { ItemId = 4711 });
        var padded = Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(large)[..^1]},\"padding\":\"{new string('x', 1920 - large.Length - 13)}\"}}");
        pipeline.ProduceRaw(null, padded, partition: 1);
        pipeline.StartConsumer();
        await pipeline.WaitUntilStoredAsync(Cancelled);

        await pipeline.AssertExactAsync(events, Cancelled);
        Assert.Equal(
            "cannot be sent on to the partition that murmur2 of the visitor id gives",
            await pipeline.ScalarAsync<string>("SELECT string_agg(reason, '|') FROM dead_letters", Cancelled));
        Assert.Equal(padded, await pipeline.ScalarAsync<byte[]>("SELECT payload FROM dead_letters", Cancelled));
    }

    async Task<PipelineHarness> CreateAsync() => new(
        await infrastructure.BootstrapServersAsync(Cancelled),
        await infrastructure.CreateDatabaseAsync(Cancelled),
        await infrastructure.CreateTopicAsync(4, Cancelled));
}
