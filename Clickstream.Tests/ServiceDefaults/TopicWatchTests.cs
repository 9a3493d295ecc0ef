using Clickstream.Local.Kafka;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Producer;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.ServiceDefaults;

public sealed class TopicWatchTests : IAsyncLifetime
{
    readonly TempFolder _folder = new();
    readonly ManualTimeProvider _time = new();
    KafkaBroker _broker = null!;
    KafkaClients _clients = null!;
    KafkaTopics _topics = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = await KafkaBroker.StartAsync(new KafkaBrokerOptions { DataDirectory = _folder.Path }, NullLoggerFactory.Instance, Cancelled);
        _clients = new(new KafkaConnection(_broker.BoundEndPoint.ToString(), SecurityProtocol.Plaintext, null, null, null), "test",
            TimeProvider.System, NullLogger<KafkaClients>.Instance);
        _topics = new(_clients, TimeProvider.System, NullLogger<KafkaTopics>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.Dispose();
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_topic_that_is_as_it_was_registered_is_no_news_nor_is_one_that_a_broker_describes_as_it_was_before()
    {
        var topic = await CreateAsync(2);
        await Watch(topic).LookAsync(Cancelled);
        await Watch(topic with { PartitionCount = 3 }).LookAsync(Cancelled);
    }

    [Fact]
    public async Task Every_change_is_named()
    {
        var topic = await CreateAsync(2);
        await _clients.Admin.CreatePartitionsAsync([new() { Topic = "t", IncreaseTo = 5 }]);
        Assert.Equal("topic t has 5 partitions now, 2 before", await ChangeAsync(topic));
        await _clients.Admin.DeleteTopicsAsync(["t"]);
        Assert.Equal("topic t was deleted", await ChangeAsync(topic));
        await CreateAsync(2);
        Assert.Equal("topic t was deleted and made anew", await ChangeAsync(topic));
    }

    [Fact]
    public async Task A_change_ends_the_watching_at_the_next_look()
    {
        var topic = await CreateAsync(1);
        var watching = Watch(topic).RunAsync(Cancelled);
        await LetTimePassAsync(looks: 2);
        Assert.False(watching.IsCompleted);
        await _clients.Admin.DeleteTopicsAsync(["t"]);
        _time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TopicChangedException>(() => watching.WaitAsync(TimeSpan.FromSeconds(30), Cancelled));
    }

    [Fact]
    public async Task Brokers_that_do_not_answer_are_no_news()
    {
        var topic = await CreateAsync(1);
        await _broker.DisposeAsync();
        await Assert.ThrowsAsync<KafkaException>(() => Watch(topic).LookAsync(Cancelled));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var watching = Watch(topic).RunAsync(over.Token);
        await LetTimePassAsync(looks: 1);
        Assert.False(watching.IsCompleted);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    TopicWatch Watch(KafkaTopic topic) => new(_topics, topic, _time);

    Task<KafkaTopic> CreateAsync(int partitions) => _topics.EnsureExistsAsync("t", partitions, Cancelled);

    async Task<string> ChangeAsync(KafkaTopic topic) =>
        (await Assert.ThrowsAsync<TopicChangedException>(() => Watch(topic).LookAsync(Cancelled))).Message;

    /// <summary>After each look the watch sets its timer for the next.</summary>
    async Task LetTimePassAsync(int looks)
    {
        for (var timers = _time.TimersSet; looks > 0; looks--)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            timers++;
            await Eventually.TrueAsync(() => _time.TimersSet >= timers);
        }
    }
}
