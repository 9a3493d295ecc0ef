using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.Core.Partitioning;
using Clickstream.Core.Settings;
using Clickstream.Local.Kafka;
using Clickstream.Producer;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.ServiceDefaults;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Producer;

public sealed class EventSenderTests : IDisposable
{
    static readonly ClickEvent s_event = new(1, 2, EventType.View, 3, ClickEvent.NoTransaction);

    readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly TempFolder _folder = new();
    readonly ProducerMetrics _metrics;

    public EventSenderTests() => _metrics = new(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), new KafkaOptions("events", 1, null, null, null, null));

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_event_is_counted_when_it_is_acknowledged_and_not_before()
    {
        await using var broker = await StartBrokerAsync();
        using var clients = Clients(broker.BoundEndPoint.ToString());
        await clients.Admin.CreateTopicsAsync([new() { Name = "events", NumPartitions = 1, ReplicationFactor = 1 }]);
        using var sender = new EventSender(clients, clients.Producer(), "events", _metrics);
        for (var i = 0; i < 1000; i++)
            Assert.True(sender.TrySend(s_event));
        Assert.Equal(1000, sender.InFlight + _metrics.Sent);
        await sender.DrainAsync(_stop);
        Assert.Equal((1000, 0), (_metrics.Sent, sender.InFlight));
    }

    [Fact]
    public async Task Without_a_broker_there_is_room_for_so_many_and_then_it_waits()
    {
        using var clients = Clients("127.0.0.1:9");
        using var sender = new EventSender(clients, clients.Producer(), "events", _metrics);
        for (var i = 0; i < EventSender.MaxInFlight; i++)
            Assert.True(sender.TrySend(s_event));
        Assert.False(sender.TrySend(s_event));
        using var stop = new CancellationTokenSource();
        var waiting = sender.WaitForRoomAsync(stop.Token);
        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((0, EventSender.MaxInFlight), (_metrics.Sent, sender.InFlight));
    }

    [Fact]
    public async Task An_event_that_is_refused_ends_the_sending_with_one_line()
    {
        await using var broker = await StartBrokerAsync();
        using var clients = Clients(broker.BoundEndPoint.ToString());
        await clients.Admin.CreateTopicsAsync([new() { Name = "events", NumPartitions = 1, ReplicationFactor = 1, Configs = new() { ["max.message.bytes"] = "10" } }]);
        using var sender = new EventSender(clients, clients.Producer(), "events", _metrics);
        Assert.True(sender.TrySend(s_event));
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => sender.DrainAsync(_stop));
        Assert.Equal(ExitCode.Unavailable, e.ExitCode);
        Assert.StartsWith($"Kafka at {broker.BoundEndPoint} refused an event for topic events: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("; 0 events were acknowledged, 1 were not", e.Message, StringComparison.Ordinal);
        Assert.Throws<ClickstreamException>(() => sender.TrySend(s_event));
    }

    [Fact]
    public async Task Events_that_were_on_their_way_to_a_topic_that_was_deleted_are_sent_to_the_next_of_its_name()
    {
        await using var broker = await StartBrokerAsync();
        using var clients = Clients(broker.BoundEndPoint.ToString());
        await CreateTopicAsync(clients, partitions: 3);
        var config = clients.Producer();
        // How long a client believes that a topic it is not told of may still appear.
        config.TopicMetadataPropagationMaxMs = 100;
        using var sender = new EventSender(clients, config, "events", _metrics);
        for (var i = 0; i < 100; i++)
            Assert.True(sender.TrySend(s_event with { VisitorId = i }));
        await sender.DrainAsync(_stop);

        await clients.Admin.DeleteTopicsAsync(["events"]);
        for (var i = 100; i < 1000; i++)
            Assert.True(sender.TrySend(s_event with { VisitorId = i }));
        var drained = sender.DrainAsync(_stop);
        await Eventually.TrueAsync(() => sender.MissingTopic == "events");
        Assert.Equal((100, 900), (_metrics.Sent, sender.InFlight));
        Assert.False(sender.TrySend(s_event));

        await CreateTopicAsync(clients, partitions: 2);
        await drained;
        Assert.Equal((1000, 0), (_metrics.Sent, sender.InFlight));
        Assert.Null(sender.MissingTopic);
        var records = TopicReader.ReadAll(broker.BoundEndPoint.ToString(), "events", 2);
        Assert.Equal(Enumerable.Range(100, 900).Select(static i => (long)i), records.Select(static record => record.Event.VisitorId).Order());
        Assert.All(records, static record => Assert.Equal(Murmur2.HomePartition(record.Event.VisitorId, 2), record.Partition));
    }

    [Fact]
    public async Task Progress_is_a_line_and_so_is_a_broker_that_acknowledges_nothing()
    {
        var time = new ManualTimeProvider();
        var logger = new RecordingLogger();
        var error = new StringWriter();
        using var clients = Clients("127.0.0.1:9");
        using var sender = new EventSender(clients, clients.Producer(), "events", _metrics);
        var console = new ReplayConsole(TextWriter.Null, TextWriter.Synchronized(error), isTerminal: false);
        using var over = new CancellationTokenSource();
        var monitor = new ReplayMonitor(_metrics, sender, console, "127.0.0.1:9", time, logger).RunAsync(over.Token);
        await TickAsync(1);
        Assert.Empty(logger.Lines);

        Assert.True(sender.TrySend(s_event));
        _metrics.RowRead();
        await TickAsync(2);
        Assert.Equal(["Warning: Kafka at 127.0.0.1:9 has acknowledged nothing for 5 s; 1 events wait"], logger.Lines);
        await over.CancelAsync();
        await monitor;
        Assert.Equal(["0 rows read, 0 sent, 0 rejected, 0 rows/s", "1 rows read, 0 sent, 0 rejected, 0 rows/s"],
            error.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n'));

        Task TickAsync(int lines)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return Eventually.TrueAsync(() => error.ToString().Count(static c => c == '\n') == lines && (lines == 1 || logger.Lines.Count > 0));
        }
    }

    static async Task CreateTopicAsync(KafkaClients clients, int partitions) =>
        await clients.Admin.CreateTopicsAsync([new() { Name = "events", NumPartitions = partitions, ReplicationFactor = 1 }]);

    Task<KafkaBroker> StartBrokerAsync() =>
        KafkaBroker.StartAsync(new KafkaBrokerOptions { DataDirectory = _folder.File("broker") }, NullLoggerFactory.Instance, _stop);

    KafkaClients Clients(string brokers) => new(new KafkaConnection(brokers, SecurityProtocol.Plaintext, null, null, null), "test",
        TimeProvider.System, NullLogger<KafkaClients>.Instance);
}
