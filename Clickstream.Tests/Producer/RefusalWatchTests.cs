using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.Core.Settings;
using Clickstream.Local.Kafka;
using Clickstream.Producer;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Producer;

public sealed class RefusalWatchTests : IDisposable
{
    static readonly ClickEvent s_event = new(1, 2, EventType.View, 3, ClickEvent.NoTransaction);

    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly TempFolder _folder = new();
    readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Brokers_that_come_back_with_a_certificate_of_somebody_else_end_the_sending()
    {
        var metrics = new ProducerMetrics(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), new KafkaOptions("events", 1, null, null, null, null));
        var time = new ManualTimeProvider();
        var broker = await StartAsync(_authority, port: 0);
        var port = broker.BoundEndPoint.Port;
        using var clients = new KafkaClients(new KafkaConnection($"localhost:{port}", SecurityProtocol.Ssl, _authority.Pem, null, null), "test",
            TimeProvider.System, NullLogger<KafkaClients>.Instance);
        var topics = new KafkaTopics(clients, TimeProvider.System, NullLogger<KafkaTopics>.Instance);
        await topics.EnsureExistsAsync("events", 1, _stop);
        using var sender = new EventSender(clients, clients.Producer(), "events", metrics);
        await using var watch = new RefusalWatch(topics, "events", sender, metrics, time);
        Assert.True(sender.TrySend(s_event));
        await sender.DrainAsync(_stop);

        // Gone is no reason to end: it may come back, and does.
        await broker.DisposeAsync();
        Assert.True(sender.TrySend(s_event));
        var drained = sender.DrainAsync(_stop);
        time.Advance(TimeSpan.FromMinutes(1));
        broker = await StartAsync(_authority, port);
        await drained.WaitAsync(s_limit, _stop);

        await broker.DisposeAsync();
        using var other = new TestAuthority();
        await using var heir = await StartAsync(other, port);
        Assert.True(sender.TrySend(s_event));
        drained = sender.DrainAsync(_stop);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(3));
            return drained.IsCompleted;
        });
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => drained);
        Assert.Equal(ExitCode.Unavailable, e.ExitCode);
        Assert.Equal($"Kafka's certificate is not signed by the CA in Kafka:SslCaPem (localhost:{port}); check ConnectionStrings:kafka and Kafka:SslCaPem; "
            + "2 events were acknowledged, 1 were not", e.Message);
    }

    Task<KafkaBroker> StartAsync(TestAuthority authority, int port) => KafkaBroker.StartAsync(
        new() { DataDirectory = _folder.File("broker"), Port = port, Tls = new() { ServerCertificate = authority.IssueServer("localhost").ToCertificate() } },
        NullLoggerFactory.Instance, _stop);
}
