using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Producer;

/// <summary>
/// Sends events and knows of each what became of it. At most <see cref="MaxInFlight"/> are on their way: whoever sends waits for room
/// without spinning, and an event that the brokers refuse ends the sending.
/// </summary>
sealed class EventSender : IDisposable
{
    /// <summary>
    /// A sixth of a second's work, which keeps the brokers busy. Four times as many triple the producer's memory, for each keeps some
    /// objects alive through the garbage collections of that time, and make it no faster.
    /// </summary>
    public const int MaxInFlight = 50_000;

    readonly string _brokers;
    readonly TopicPartition _topic;
    readonly ProducerMetrics _metrics;
    readonly IProducer<long, ClickEvent> _producer;
    readonly Action<DeliveryReport<long, ClickEvent>> _onDelivery;

    // One for all events: the client has serialized it when Produce returns. Empty headers spare it making some for each.
    readonly Message<long, ClickEvent> _message = new() { Headers = [] };

    long _produced;
    volatile Error? _failure;
    volatile Waiter? _waiter;

    public EventSender(KafkaClients clients, ProducerConfig config, string topic, ProducerMetrics metrics)
    {
        _brokers = clients.BootstrapServers;
        _topic = new TopicPartition(topic, Partition.Any);
        _metrics = metrics;
        _onDelivery = OnDelivery;
        _producer = new ProducerBuilder<long, ClickEvent>(config)
            .SetKeySerializer(new VisitorKeySerializer())
            .SetValueSerializer(new EventValueSerializer())
            .SetLogHandler(clients.OnLog)
            .SetErrorHandler((client, error) =>
            {
                clients.OnError(client, error);
                if (error.IsFatal)
                    Fail(error);
            })
            .Build();
    }

    /// <summary>How many events have been neither acknowledged nor refused.</summary>
    public long InFlight => Volatile.Read(ref _produced) - _metrics.Sent;

    /// <summary>Sends an event, unless there is no room: then <see cref="WaitForRoomAsync"/> waits for it.</summary>
    /// <exception cref="ClickstreamException">The brokers have refused an event.</exception>
    public bool TrySend(in ClickEvent e)
    {
        ThrowIfFailed();
        if (InFlight >= MaxInFlight)
            return false;
        _message.Key = e.VisitorId;
        _message.Value = e;
        try
        {
            // Counted first: its acknowledgement may be here before Produce returns.
            Volatile.Write(ref _produced, _produced + 1);
            _producer.Produce(_topic, _message, _onDelivery);
            return true;
        }
        catch (ProduceException<long, ClickEvent> refused)
        {
            Volatile.Write(ref _produced, _produced - 1);
            // The client's own queue, which is larger than ours, counts an event until its report has been handled.
            if (refused.Error.Code == ErrorCode.Local_QueueFull)
                return false;
            Fail(refused.Error);
            throw Failure(refused.Error);
        }
    }

    /// <summary>Waits until a good part of the room is free again.</summary>
    /// <exception cref="ClickstreamException">The brokers have refused an event.</exception>
    public Task WaitForRoomAsync(CancellationToken cancellationToken) => WaitAsync(MaxInFlight / 2, cancellationToken);

    /// <summary>Waits until every event is acknowledged.</summary>
    /// <exception cref="ClickstreamException">The brokers have refused an event.</exception>
    public Task DrainAsync(CancellationToken cancellationToken) => WaitAsync(0, cancellationToken);

    public void Dispose() => _producer.Dispose();

    async Task WaitAsync(int inFlight, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(inFlight);
        // Fences on both sides: either the callback sees the waiter, or this sees the callback's count.
        Interlocked.Exchange(ref _waiter, waiter);
        if (InFlight <= inFlight || _failure is not null)
            waiter.TrySetResult();
        await waiter.Task.WaitAsync(cancellationToken);
        ThrowIfFailed();
    }

    // Runs on the client's callback thread.
    void OnDelivery(DeliveryReport<long, ClickEvent> report)
    {
        if (report.Error.IsError)
        {
            Fail(report.Error);
            return;
        }
        _metrics.EventAcknowledged();
        if (_waiter is { } waiter && InFlight <= waiter.InFlight)
            waiter.TrySetResult();
    }

    void Fail(Error error)
    {
        Interlocked.CompareExchange(ref _failure, error, null);
        _waiter?.TrySetResult();
    }

    void ThrowIfFailed()
    {
        if (_failure is { } error)
            throw Failure(error);
    }

    ClickstreamException Failure(Error error) => new(ExitCode.Unavailable,
        $"Kafka at {_brokers} refused an event for topic {_topic.Topic}: {error.Reason}; {_metrics.Sent} events were acknowledged, {InFlight} were not");

    sealed class Waiter(int inFlight) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int InFlight { get; } = inFlight;
    }
}
