using System.Net;
using Clickstream.Local.Kafka;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Local.Kafka;

/// <summary>An embedded broker on a port and in a folder of its own, that can be stopped and started again in between.</summary>
public sealed class EmbeddedKafka : IAsyncLifetime
{
    readonly TempFolder _folder = new();
    KafkaBroker _broker = null!;

    public string BootstrapServers => _broker.BoundEndPoint.ToString();

    internal string DataDirectory => _folder.Path;

    internal IPEndPoint EndPoint => _broker.BoundEndPoint;

    public async ValueTask InitializeAsync() => _broker = await Start(0);

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Stops the broker and starts it again on the same port and folder.</summary>
    public async Task RestartAsync()
    {
        var port = _broker.BoundEndPoint.Port;
        await _broker.DisposeAsync();
        _broker = await Start(port);
    }

    Task<KafkaBroker> Start(int port) => KafkaBroker.StartAsync(
        new() { DataDirectory = _folder.Path, Port = port }, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
}
