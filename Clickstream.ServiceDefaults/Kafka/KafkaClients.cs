using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// The configuration that all Kafka clients of a service start from: where the brokers are, TLS from PEM texts in memory, and how
/// they behave when brokers come and go. Give <see cref="OnLog"/> and <see cref="OnError"/> to each client's builder.
/// </summary>
public sealed class KafkaClients : IDisposable
{
    readonly KafkaConnection _connection;
    readonly string _serviceName;
    readonly bool _readsTraces;
    readonly KafkaLog _log;
    readonly Lazy<IAdminClient> _admin;

    internal KafkaClients(
        KafkaConnection connection, string serviceName, TimeProvider time, ILogger<KafkaClients> logger, bool readsTraces = false)
    {
        _connection = connection;
        _serviceName = serviceName;
        _readsTraces = readsTraces;
        _log = new KafkaLog(logger, time);
        _admin = new(CreateAdmin);
    }

    /// <summary>The brokers, as configured.</summary>
    public string BootstrapServers => _connection.BootstrapServers;

    /// <summary>Why the last connection failed, such as <c>Connection refused</c>; null where none has since the last answer.</summary>
    internal (string Broker, string Reason)? LastProblem => _log.LastProblem;

    /// <summary>Completed when that is a <see cref="KafkaRefusal"/>: to wait any longer is of no use.</summary>
    internal Task Refused => _log.Refused;

    /// <summary>How the brokers are spoken to.</summary>
    internal KafkaConnection Connection => _connection;

    /// <summary>An admin client for the life of the service.</summary>
    public IAdminClient Admin => _admin.Value;

    /// <summary>A consumer that leaves offsets to its owner: nothing is committed or reset by itself.</summary>
    public ConsumerConfig Consumer(string groupId) => new(Client())
    {
        GroupId = groupId,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        // A position that is gone is an error to be dealt with, never a silent jump.
        AutoOffsetReset = AutoOffsetReset.Error,
        AllowAutoCreateTopics = false,
    };

    /// <summary>
    /// A builder of consumers of events, members of a group, whose owner stores the offsets that may be committed; that happens every
    /// second, when partitions go, and at the end.
    /// </summary>
    public ConsumerBuilder<Ignore, ParsedValue> EventConsumer(string groupId) => new ConsumerBuilder<Ignore, ParsedValue>(new ConsumerConfig(Consumer(groupId))
    {
        EnableAutoCommit = true,
        AutoCommitIntervalMs = 1000,
        PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        SessionTimeoutMs = 10_000,
        // A member hears of a rebalance with a heartbeat.
        HeartbeatIntervalMs = 1_000,
        // A bounded read-ahead, refilled at once: the default back-off of a full queue is a second.
        QueuedMaxMessagesKbytes = 4 * 1024,
        FetchQueueBackoffMs = 5,
        // Headers, which carry trace contexts, cost some allocations a record: only where they are asked for.
        ConsumeResultFields = _readsTraces ? "timestamp,headers" : "timestamp",
        // Partitions that were added are assigned once the group's leader knows them.
        TopicMetadataRefreshIntervalMs = 10_000,
    }).SetLogHandler(OnLog).SetErrorHandler(OnError);

    /// <summary>An idempotent producer that sends each visitor to the partition that the Java client would.</summary>
    public ProducerConfig Producer() => new(Client())
    {
        Partitioner = Partitioner.Murmur2,
        EnableIdempotence = true,
        Acks = Acks.All,
        LingerMs = 5,
        // Zero: messages wait for as long as it takes until the brokers are back; whoever produces says so meanwhile.
        MessageTimeoutMs = 0,
        QueueBufferingMaxMessages = 200_000,
        QueueBufferingMaxKbytes = 128 * 1024,
        BatchNumMessages = 20_000,
        // What is not sent need not be encrypted. Without TLS the brokers are as a rule on this machine, where compressing costs more than it saves.
        CompressionType = _connection.SecurityProtocol == SecurityProtocol.Ssl ? CompressionType.Lz4 : CompressionType.None,
        DeliveryReportFields = "none",
        AllowAutoCreateTopics = false,
    };

    /// <summary>A new admin client, which the caller disposes of.</summary>
    public IAdminClient CreateAdmin() =>
        new AdminClientBuilder(new AdminClientConfig(Client()) { AllowAutoCreateTopics = false }).SetLogHandler(OnLog).SetErrorHandler(OnError).Build();

    /// <summary>A log handler for client builders: librdkafka's levels become ours, and what repeats is said once every few seconds.</summary>
    public void OnLog(IClient client, LogMessage message) => _log.Write(message);

    /// <summary>
    /// An error handler for client builders that need none of their own: says that brokers cannot be reached, once every few seconds.
    /// </summary>
    public void OnError(IClient client, Error error) => _log.Write(error, BootstrapServers);

    /// <summary>Says that the brokers cannot be reached, unless that was just said.</summary>
    internal void ReportUnreachable(string reason) => _log.WriteUnreachable(BootstrapServers, reason);

    /// <summary>Brokers have answered.</summary>
    internal void ForgetProblem() => _log.ForgetProblem();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_admin.IsValueCreated)
            _admin.Value.Dispose();
    }

    ClientConfig Client() => new()
    {
        BootstrapServers = BootstrapServers,
        ClientId = _serviceName,
        SecurityProtocol = _connection.SecurityProtocol,
        SslCaPem = _connection.CaPem,
        SslCertificatePem = _connection.CertificatePem,
        SslKeyPem = _connection.KeyPem,
        SocketKeepaliveEnable = true,
        SocketNagleDisable = true,
        ReconnectBackoffMs = 100,
        ReconnectBackoffMaxMs = 2_000,
        // A broker closes idle connections; that is no news.
        LogConnectionClose = false,
    };
}
