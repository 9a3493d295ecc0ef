using System.Collections.Concurrent;
using System.Diagnostics;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Producer;

/// <summary>
/// Sends events and knows of each what became of it. At most <see cref="MaxInFlight"/> are on their way: whoever sends waits for room
/// without spinning, and an event that the brokers refuse ends the sending. An event whose partition is gone, because the topic was
/// deleted, is sent again until there is a topic of that name: to the partition that it has there.
/// </summary>
sealed class EventSender : IDisposable
{
    /// <summary>
    /// A sixth of a second's work, which keeps the brokers busy. Four times as many triple the producer's memory, for each keeps some
    /// objects alive through the garbage collections of that time, and make it no faster.
    /// </summary>
    public const int MaxInFlight = 50_000;

    static readonly Headers s_noHeaders = [];
    static readonly TimeSpan s_pauseBeforeSendingAgain = TimeSpan.FromMilliseconds(500);

    readonly string _brokers;
    readonly TopicPartition _topic;
    readonly ProducerMetrics _metrics;
    readonly SendTraces _traces;
    readonly IProducer<long, ClickEvent> _producer;
    readonly Action<DeliveryReport<long, ClickEvent>> _onDelivery;

    // One for all events: the client has serialized it when Produce returns. Empty headers spare it making some for each.
    readonly Message<long, ClickEvent> _message = new() { Headers = s_noHeaders };

    // They count as in flight.
    readonly ConcurrentQueue<ClickEvent> _toSendAgain = [];

    // What senders before this one have had acknowledged.
    readonly long _sentBefore;

    long _produced;
    volatile string? _failure;
    volatile Waiter? _waiter;

    public EventSender(KafkaClients clients, ProducerConfig config, string topic, ProducerMetrics metrics, int partitions = 1)
    {
        _traces = new SendTraces(topic, partitions);
        _brokers = clients.BootstrapServers;
        _topic = new TopicPartition(topic, Partition.Any);
        _metrics = metrics;
        _sentBefore = metrics.Sent;
        _onDelivery = OnDelivery;
        _producer = new ProducerBuilder<long, ClickEvent>(new ProducerConfig(config) { DeliveryReportFields = "value" })
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
    public long InFlight => Volatile.Read(ref _produced) + _sentBefore - _metrics.Sent;

    /// <summary>The topic, where it is gone and events wait for it to be made anew.</summary>
    public string? MissingTopic => _toSendAgain.IsEmpty ? null : _topic.Topic;

    /// <summary>Sends an event, unless there is no room: then <see cref="WaitForRoomAsync"/> waits for it.</summary>
    /// <exception cref="ClickstreamException">The brokers have refused an event.</exception>
    public bool TrySend(in ClickEvent e)
    {
        ThrowIfFailed();
        if (InFlight >= MaxInFlight || !_toSendAgain.IsEmpty)
            return false;
        // Counted first: its acknowledgement may be here before Produce returns.
        Volatile.Write(ref _produced, _produced + 1);
        if (Produce(e) is not { } error)
            return true;
        if (IsGone(error))
        {
            _toSendAgain.Enqueue(e);
            return true;
        }
        Volatile.Write(ref _produced, _produced - 1);
        return false;
    }

    /// <summary>Waits until a good part of the room is free again.</summary>
    /// <exception cref="ClickstreamException">The brokers have refused an event.</exception>
    public Task WaitForRoomAsync(CancellationToken cancellationToken) => WaitAsync(MaxInFlight / 2, cancellationToken);

    /// <summary>Waits until every event is acknowledged.</summary>
    /// <exception cref="ClickstreamException">The brokers have refused an event.</exception>
    public Task DrainAsync(CancellationToken cancellationToken) => WaitAsync(0, cancellationToken);

    /// <summary>Ends the sending: whoever sends or waits is told why. Of several reasons the first one stays.</summary>
    public void Fail(string reason)
    {
        Interlocked.CompareExchange(ref _failure, reason, null);
        _waiter?.TrySetResult();
    }

    public void Dispose() => _producer.Dispose();

    /// <returns>Null, or why not now: there is no room, or no topic.</returns>
    Error? Produce(in ClickEvent e)
    {
        _message.Key = e.VisitorId;
        _message.Value = e;
        var span = _traces.Start(e.VisitorId);
        try
        {
            if (span is null)
                _producer.Produce(_topic, _message, _onDelivery);
            else
                ProduceTraced(span);
            return null;
        }
        catch (ProduceException<long, ClickEvent> refused)
        {
            span?.Dispose();
            // The client's own queue, which is larger than ours, counts an event until its report has been handled.
            if (refused.Error.Code == ErrorCode.Local_QueueFull || IsGone(refused.Error))
                return refused.Error;
            Fail(refused.Error);
            throw Failure(_failure!);
        }
    }

    void ProduceTraced(Activity span)
    {
        _message.Headers = TraceParent.HeadersOf(span);
        try
        {
            _producer.Produce(_topic, _message, report =>
            {
                SendTraces.End(span, report.Error.IsError ? report.Error.Reason : null);
                OnDelivery(report);
            });
        }
        finally
        {
            _message.Headers = s_noHeaders;
        }
    }

    async Task WaitAsync(int inFlight, CancellationToken cancellationToken)
    {
        do
        {
            await SendAgainAsync(cancellationToken);
            var waiter = new Waiter(inFlight);
            // Fences on both sides: either the callback sees the waiter, or this sees the callback's count.
            Interlocked.Exchange(ref _waiter, waiter);
            if (InFlight <= inFlight || _failure is not null || !_toSendAgain.IsEmpty)
                waiter.TrySetResult();
            await waiter.Task.WaitAsync(cancellationToken);
            ThrowIfFailed();
        }
        while (!_toSendAgain.IsEmpty);
    }

    /// <summary>After a pause, since a client without a topic gives them back at once.</summary>
    async Task SendAgainAsync(CancellationToken cancellationToken)
    {
        if (_toSendAgain.IsEmpty)
            return;
        await Task.Delay(s_pauseBeforeSendingAgain, cancellationToken);
        for (var rest = _toSendAgain.Count; rest > 0 && _toSendAgain.TryPeek(out var e) && Produce(e) is null; rest--)
            _toSendAgain.TryDequeue(out _);
    }

    // Runs on the client's callback thread.
    void OnDelivery(DeliveryReport<long, ClickEvent> report)
    {
        if (report.Error.IsError && IsGone(report.Error))
        {
            _toSendAgain.Enqueue(report.Message.Value);
            _waiter?.TrySetResult();
            return;
        }
        if (report.Error.IsError)
        {
            Fail(report.Error);
            return;
        }
        _metrics.EventAcknowledged();
        if (_waiter is { } waiter && InFlight <= waiter.InFlight)
            waiter.TrySetResult();
    }

    // What the client says of a topic that was deleted, or made anew with fewer partitions.
    static bool IsGone(Error error) => error.Code is ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.UnknownTopicOrPart;

    void Fail(Error error) => Fail($"Kafka at {_brokers} refused an event for topic {_topic.Topic}: {error.Reason}");

    void ThrowIfFailed()
    {
        if (_failure is { } reason)
            throw Failure(reason);
    }

    ClickstreamException Failure(string reason) =>
        new(ExitCode.Unavailable, $"{reason}; {_metrics.Sent} events were acknowledged, {InFlight} were not");

    sealed class Waiter(int inFlight) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int InFlight { get; } = inFlight;
    }
}
