using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using Clickstream.Core.Errors;
using Clickstream.Local.Files;
using Clickstream.Local.Kafka.Groups;
using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Server;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka;

/// <summary>
/// A single Kafka broker within this process, for development and tests: topics, idempotent producers and consumer groups, on loopback,
/// durable in its data folder. It has no replication, no transactions, no access control, and says so when asked for them.
/// <code>
/// cluster-id         the cluster's id, made with the folder
/// producer-ids       see ProducerIds
/// group-offsets      see OffsetStore
/// topics/            see TopicStore
/// </code>
/// </summary>
sealed class KafkaBroker : IAsyncDisposable
{
    const int NodeId = 1;

    readonly CancellationTokenSource _stopping = new();
    readonly ILogger _logger;
    readonly KafkaServices _services;
    readonly TcpServer _server;
    readonly Task _housekeeping;
    bool _disposed;

    KafkaBroker(KafkaServices services, TcpServer server, KafkaBrokerOptions options, ILogger logger)
    {
        (_services, _server, _logger) = (services, server, logger);
        server.Start(services.BuildApis());
        var housekeeper = new Housekeeper(services.Topics, services.Groups.Offsets, options, logger);
        _housekeeping = housekeeper.RunAsync(_stopping.Token);
    }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint BoundEndPoint => _server.EndPoint;

    /// <summary>Recovers what is in the data folder and begins to serve it.</summary>
    public static async Task<KafkaBroker> StartAsync(KafkaBrokerOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger<KafkaBroker>();
        var server = TcpServer.Bind(options.Port, options.Tls, logger);
        try
        {
            // Recovery reads files: not on the caller's thread.
            var services = await Task.Run(() => Open(options, server.EndPoint.Port, logger), cancellationToken);
            KafkaLog.Started(logger, server.EndPoint, options.DataDirectory, services.Topics.All.Count());
            return new(services, server, options, logger);
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            if (e is not (IOException or UnauthorizedAccessException or JsonException or FormatException)) throw;
            throw new ClickstreamException(ExitCode.DataFolder, $"Kafka data folder {options.DataDirectory} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Ends all connections, then closes the logs and forces them to the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _stopping.CancelAsync();
        await _server.DisposeAsync();
        await _housekeeping;
        _services.Groups.Dispose();
        await _services.Topics.DisposeAsync();
        _stopping.Dispose();
        KafkaLog.Stopped(_logger);
    }

    static KafkaServices Open(KafkaBrokerOptions options, int port, ILogger logger)
    {
        var directory = Directory.CreateDirectory(options.DataDirectory).FullName;
        var topics = TopicStore.Open(Path.Combine(directory, "topics"), options.Time, logger);
        var offsets = new OffsetStore(Path.Combine(directory, "group-offsets"));
        return new(
            topics,
            new(offsets, options.Groups, options.Time, logger),
            new(Path.Combine(directory, "producer-ids")),
            new(NodeId, options.Tls is null ? IPAddress.Loopback.ToString() : "localhost", port),
            ClusterId(Path.Combine(directory, "cluster-id")),
            options.Time,
            logger);
    }

    static string ClusterId(string path)
    {
        if (!File.Exists(path)) AtomicFile.Write(path, Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Guid.NewGuid().ToByteArray())));
        return File.ReadAllText(path);
    }
}
