using Clickstream.Core.Errors;
using Clickstream.Local.Kafka;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.ServiceDefaults;

public sealed class KafkaTopicsTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    readonly RecordingLogger<KafkaClients> _clientsLog = new();
    readonly RecordingLogger<KafkaTopics> _topicsLog = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_missing_topic_is_created_and_one_that_is_there_is_left_as_it_is()
    {
        await using var broker = await StartBrokerAsync(0);
        using var clients = Clients(broker.BoundEndPoint.ToString());
        var topics = Topics(clients);
        Assert.Null(await topics.DescribeAsync("orders", _stop));

        var created = await topics.EnsureExistsAsync("orders", 4, _stop);
        Assert.Equal(("orders", 4), (created.Name, created.PartitionCount));
        Assert.NotEqual(Guid.Empty, created.Id);
        Assert.Equal(["Information: Created topic orders with 4 partitions"], _topicsLog.Lines);
        Assert.Equal(created, await topics.DescribeAsync("orders", _stop));
        Assert.Equal(created, await topics.EnsureExistsAsync("orders", 9, _stop));
    }

    [Fact]
    public async Task A_topic_made_anew_has_another_id()
    {
        await using var broker = await StartBrokerAsync(0);
        using var clients = Clients(broker.BoundEndPoint.ToString());
        var topics = Topics(clients);
        var first = await topics.EnsureExistsAsync("orders", 1, _stop);
        await clients.Admin.DeleteTopicsAsync(["orders"]);
        Assert.Null(await topics.DescribeAsync("orders", _stop));
        var second = await topics.EnsureExistsAsync("orders", 1, _stop);
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task What_the_broker_refuses_for_good_is_one_line()
    {
        await using var broker = await StartBrokerAsync(0);
        using var clients = Clients(broker.BoundEndPoint.ToString());
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => Topics(clients).EnsureExistsAsync("not a name", 1, _stop));
        Assert.Equal(ExitCode.Unavailable, e.ExitCode);
        Assert.StartsWith($"Kafka at {broker.BoundEndPoint} refuses topic not a name with 1 partitions: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_is_down_is_waited_for_and_said_so()
    {
        int port;
        await using (var broker = await StartBrokerAsync(0))
            port = broker.BoundEndPoint.Port;
        using var clients = Clients($"127.0.0.1:{port}");
        var waiting = Topics(clients).EnsureExistsAsync("orders", 2, _stop);
        var line = await Eventually.GetAsync(() => Task.FromResult(_clientsLog.Lines.FirstOrDefault()));
        Assert.StartsWith($"Warning: Kafka at 127.0.0.1:{port} cannot be reached: ", line, StringComparison.Ordinal);
        Assert.EndsWith("; retrying", line, StringComparison.Ordinal);
        await using var restarted = await StartBrokerAsync(port);
        Assert.Equal(2, (await waiting).PartitionCount);
    }

    [Fact]
    public async Task The_waiting_can_be_cancelled()
    {
        using var clients = Clients("127.0.0.1:9");
        using var stop = new CancellationTokenSource();
        var waiting = Topics(clients).EnsureExistsAsync("orders", 2, stop.Token);
        await Eventually.TrueAsync(() => _clientsLog.Lines.Count > 0);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    Task<KafkaBroker> StartBrokerAsync(int port) =>
        KafkaBroker.StartAsync(new KafkaBrokerOptions { DataDirectory = _folder.File("broker"), Port = port }, NullLoggerFactory.Instance, _stop);

    KafkaClients Clients(string brokers) =>
        new(new KafkaConnection(brokers, SecurityProtocol.Plaintext, null, null, null), "test", TimeProvider.System, _clientsLog);

    KafkaTopics Topics(KafkaClients clients) => new(clients, TimeProvider.System, _topicsLog);
}
