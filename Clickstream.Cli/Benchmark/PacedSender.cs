using System.Diagnostics;
using System.Globalization;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.Core.Partitioning;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Cli.Benchmark;

/// <summary>Sends events of random visitors that happen now, at an even pace, with the settings of the pipeline's own producer.</summary>
sealed class PacedSender : IDisposable
{
    const long Visitors = 10_000_000, Items = 400_000;

    // What has become due meanwhile is sent at once.
    static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(1);

    readonly KafkaTopic _topic;
    readonly LatencyLog _log;
    readonly IProducer<byte[], byte[]> _producer;
    readonly Random _random = new(1);
    readonly Message<byte[], byte[]> _message = new() { Headers = [] };
    volatile Error? _failure;

    public PacedSender(KafkaClients clients, KafkaTopic topic, LatencyLog log)
    {
        (_topic, _log) = (topic, log);
        _producer = new ProducerBuilder<byte[], byte[]>(clients.Producer()).SetLogHandler(clients.OnLog).SetErrorHandler(clients.OnError).Build();
    }

    /// <summary>Sends so many events a second for so long.</summary>
    /// <returns>How many a second it were.</returns>
    public Task<double> SendAsync(int eventsPerSecond, TimeSpan time, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Send(eventsPerSecond, time, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Sends one event.</summary>
    /// <exception cref="ClickstreamException">The brokers have refused one.</exception>
    public void Send(CancellationToken cancellationToken)
    {
        var visitor = _random.NextInt64(Visitors);
        var partition = Murmur2.HomePartition(visitor, _topic.PartitionCount);
        _message.Key = Key(visitor);
        _message.Value = Value(new(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), visitor, EventType.View, _random.NextInt64(Items), ClickEvent.NoTransaction));
        _log.Sent(partition);
        while (!TryProduce(partition))
            Pause(cancellationToken);
        if (_failure is { } error)
            throw new ClickstreamException(ExitCode.Unavailable, $"Kafka refused an event for topic {_topic.Name}: {error.Reason}");
    }

    public void Dispose() => _producer.Dispose();

    double Send(int eventsPerSecond, TimeSpan time, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var total = (long)(eventsPerSecond * time.TotalSeconds);
        for (var sent = 0L; sent < total;)
        {
            var due = Math.Min(total, (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * eventsPerSecond));
            for (; sent < due; sent++)
                Send(cancellationToken);
            if (sent < total)
                Pause(cancellationToken);
        }
        return total / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // See OffsetWatch: a thread that sleeps is more exact than a timer.
    static void Pause(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Thread.Sleep(s_slice);
    }

    /// <returns>False where the client's queue is full.</returns>
    bool TryProduce(int partition)
    {
        try
        {
            _producer.Produce(new TopicPartition(_topic.Name, partition), _message, OnDelivery);
            return true;
        }
        catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }

    void OnDelivery(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
            _failure = report.Error;
    }

    static byte[] Key(long visitor)
    {
        Span<byte> digits = stackalloc byte[20];
        visitor.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        return digits[..length].ToArray();
    }

    static byte[] Value(in ClickEvent e)
    {
        Span<byte> json = stackalloc byte[EventJson.MaxLength];
        return json[..EventJson.Write(e, json)].ToArray();
    }
}
