using Clickstream.Core.Events;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Local.Kafka;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Clickstream.Tests.EndToEnd;

/// <summary>
/// One visitor, one lane, whatever the producers think of partitions and whatever happens to the topic; on the embedded broker and on
/// the real one.
/// </summary>
public abstract class TopicChanges(LocalInfrastructure infrastructure)
{
    readonly Random _random = new(20150706);

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected abstract Task<string> BootstrapServersAsync();

    [Fact]
    public async Task Events_of_foreign_producers_are_stored_in_the_lanes_of_their_visitors()
    {
        await using var pipeline = await CreateAsync(4);
        var events = TestEvents.Make(_random, 12_000);
        var first = pipeline.StartConsumer();
        using (var foreign = new ForeignProducer(await BootstrapServersAsync(), pipeline.Topic))
        {
            foreach (var e in TestEvents.Disturb(_random, events))
            {
                // A visitor's events come all four ways.
                switch (_random.Next(4))
                {
                    case 0:
                        foreign.Produce(e);
                        break;
                    case 1:
                        foreign.ProduceWithoutKey(e);
                        break;
                    case 2:
                        foreign.ProduceTo(_random.Next(4), e);
                        break;
                    default:
                        pipeline.Produce([e]);
                        break;
                }
            }
        }
        await pipeline.WaitUntilSomeStoredAsync(3_000, Cancelled);
        var second = pipeline.StartConsumer();
        await second.WaitForErrorAsync(static line => line.Contains("assigned:", StringComparison.Ordinal), Cancelled);

        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
        Assert.Equal(0, await pipeline.ScalarAsync<long>("SELECT count(*) FROM dead_letters", Cancelled));
        Assert.Contains("records that were not in their visitor's partition", first.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Partitions_are_added_again_and_again_under_two_consumers()
    {
        await using var pipeline = await CreateAsync(3);
        var events = TestEvents.Make(_random, 24_000);
        var parts = TestEvents.Disturb(_random, events).Chunk(9_000).ToArray();
        pipeline.StartConsumer();
        pipeline.StartConsumer();
        pipeline.Produce(parts[0]);
        await pipeline.WaitUntilSomeStoredAsync(3_000, Cancelled);

        await AddPartitionsAsync(pipeline.Topic, 6);
        await ProduceWithBothCountsAsync(pipeline, parts[1]);
        await WaitForCountAsync(pipeline, 6);
        await pipeline.WaitUntilSomeStoredAsync(11_000, Cancelled);

        await AddPartitionsAsync(pipeline.Topic, 8);
        await ProduceWithBothCountsAsync(pipeline, parts[2]);
        await WaitForCountAsync(pipeline, 8);
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
        Assert.Equal(0, await pipeline.ScalarAsync<long>("SELECT count(*) FROM dead_letters", Cancelled));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(2)]
    public async Task A_topic_is_deleted_and_made_anew_under_two_consumers(int newCount)
    {
        await using var pipeline = await CreateAsync(3);
        var events = TestEvents.Make(_random, 9_000);
        var input = TestEvents.Disturb(_random, events);
        var consumers = (ChildProcess[])[pipeline.StartConsumer(), pipeline.StartConsumer()];
        pipeline.Produce(input.Take(6_000));
        await pipeline.WaitUntilStoredAsync(Cancelled);

        await DeleteAsync(pipeline.Topic);
        foreach (var consumer in consumers)
            await consumer.WaitForErrorAsync(static line => line.Contains("was deleted; starting anew", StringComparison.Ordinal), Cancelled);
        await CreateTopicAsync(pipeline.Topic, newCount);
        // The last third is new, the third before is stored already.
        using (var producer = new ForeignProducer(await BootstrapServersAsync(), pipeline.Topic))
        {
            foreach (var e in input.Skip(3_000))
                producer.Produce(e);
        }
        await Eventually.TrueAsync(
            async () => await pipeline.ScalarAsync<long>("SELECT count(*) FROM topics", Cancelled) == 2, TimeSpan.FromSeconds(60));

        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
        Assert.All(consumers, static consumer => Assert.False(consumer.HasExited));
    }

    [Fact]
    public async Task A_topic_is_made_anew_so_fast_that_nobody_sees_it_gone()
    {
        await using var pipeline = await CreateAsync(3);
        var events = TestEvents.Make(_random, 4_000);
        var consumer = pipeline.StartConsumer();
        pipeline.Produce(events.Take(3_000));
        await pipeline.WaitUntilStoredAsync(Cancelled);

        await DeleteAsync(pipeline.Topic);
        await CreateTopicAsync(pipeline.Topic, 3);
        // Fewer than were read of the old one, so that the offsets stored of that are above the new one's end.
        using (var producer = new ForeignProducer(await BootstrapServersAsync(), pipeline.Topic))
        {
            foreach (var e in events.Skip(3_000))
                producer.Produce(e);
        }
        await Eventually.TrueAsync(
            async () => await pipeline.ScalarAsync<long>("SELECT count(*) FROM topics", Cancelled) == 2, TimeSpan.FromSeconds(60));

        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
        Assert.False(consumer.HasExited);
    }

    /// <summary>Half by a producer that has not heard of the new partitions yet, half by one that has.</summary>
    async Task ProduceWithBothCountsAsync(PipelineHarness pipeline, ClickEvent[] events)
    {
        using var informed = new ForeignProducer(await BootstrapServersAsync(), pipeline.Topic, Partitioner.Murmur2);
        foreach (var e in events)
        {
            if (_random.Next(2) == 0)
                pipeline.Produce([e]);
            else
                informed.Produce(e);
        }
    }

    /// <summary>Waits until a consumer has registered the topic with that many partitions.</summary>
    static Task WaitForCountAsync(PipelineHarness pipeline, int partitions) => Eventually.TrueAsync(
        async () => await pipeline.ScalarAsync<int>("SELECT partition_count FROM topics", Cancelled) == partitions);

    async Task<PipelineHarness> CreateAsync(int partitions)
    {
        var topic = LocalInfrastructure.UniqueName();
        await CreateTopicAsync(topic, partitions);
        return new PipelineHarness(await BootstrapServersAsync(), await infrastructure.CreateDatabaseAsync(Cancelled), topic);
    }

    async Task CreateTopicAsync(string topic, int partitions)
    {
        using var admin = await AdminAsync();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]).WaitAsync(Cancelled);
    }

    async Task AddPartitionsAsync(string topic, int count)
    {
        using var admin = await AdminAsync();
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = count }]).WaitAsync(Cancelled);
    }

    async Task DeleteAsync(string topic)
    {
        using var admin = await AdminAsync();
        await admin.DeleteTopicsAsync([topic]).WaitAsync(Cancelled);
        await Eventually.TrueAsync(() => admin.GetMetadata(TimeSpan.FromSeconds(5)).Topics.TrueForAll(t => t.Topic != topic));
    }

    async Task<IAdminClient> AdminAsync() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = await BootstrapServersAsync() })
        .SetLogHandler(static (_, _) => { }).Build();
}

public sealed class EmbeddedTopicChangesTests(LocalInfrastructure infrastructure) : TopicChanges(infrastructure)
{
    readonly LocalInfrastructure _infrastructure = infrastructure;

    protected override Task<string> BootstrapServersAsync() => _infrastructure.BootstrapServersAsync(Cancelled);
}

public sealed class RealKafkaTopicChangesTests(LocalInfrastructure infrastructure, RealKafka kafka) : TopicChanges(infrastructure)
{
    protected override Task<string> BootstrapServersAsync() => kafka.StartedAsync();
}
