using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Producer.Traffic;

/// <summary>Sends what it is told to, one thing at a time: what comes next ends what is under way.</summary>
sealed class TrafficWorker(
    KafkaOptions kafka, KafkaClients clients, KafkaTopics topics, ProducerMetrics metrics, TimeProvider time, ILogger<TrafficWorker> logger) : BackgroundService
{
    static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(10);

    readonly Lock _lock = new();
    TaskCompletionSource _changed = NewSignal();
    TrafficSource? _next;
    CancellationTokenSource? _current;

    /// <summary>Sends from now on.</summary>
    public void Send(TrafficSource source) => Change(source);

    /// <summary>Ends what is under way.</summary>
    public void StopSending() => Change(null);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var (source, end) = await NextAsync(stoppingToken);
                using (end)
                    await SendAsync(source, end.Token);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    void Change(TrafficSource? next)
    {
        lock (_lock)
        {
            _next = next;
            _current?.Cancel();
            _changed.TrySetResult();
        }
    }

    async Task<(TrafficSource Source, CancellationTokenSource End)> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_next is { } source)
                {
                    _next = null;
                    _current = CancellationTokenSource.CreateLinkedTokenSource(stop);
                    return (source, _current);
                }
                _current = null;
                if (_changed.Task.IsCompleted)
                    _changed = NewSignal();
                changed = _changed.Task;
            }
            await changed.WaitAsync(stop);
        }
    }

    async Task SendAsync(TrafficSource source, CancellationToken end)
    {
        var sentBefore = metrics.Sent;
        try
        {
            var topic = await topics.EnsureExistsAsync(kafka.Topic, kafka.Partitions, end);
            ProducerLog.Sends(logger, source.Description, kafka.Topic, clients.BootstrapServers);
            using var sender = new EventSender(clients, clients.Producer(), topic.Name, metrics, topic.PartitionCount);
            await using var watch = new RefusalWatch(topics, topic.Name, sender, metrics, time);
            await SendAsync(source, sender, end);
            await DrainAsync(sender, end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is ClickstreamException or KafkaException)
        {
            // Whoever asked for it may ask again; the service stays.
            ProducerLog.SendingFailed(logger, source.Description, e.Message);
        }
        finally
        {
            lock (_lock)
                _current = null;
        }
        ProducerLog.EndedSending(logger, source.Description, metrics.Sent - sentBefore);
    }

    async Task SendAsync(TrafficSource source, EventSender sender, CancellationToken end)
    {
        var pace = new EventTimePace(source.Speed, time);
        try
        {
            foreach (var e in source.Events)
            {
                await pace.WaitAsync(e.Timestamp, end);
                while (!sender.TrySend(e))
                    await sender.WaitForRoomAsync(end);
                metrics.RowRead();
                end.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // What was sent before must arrive.
        }
    }

    /// <summary>For as long as it takes; once something else is to be sent, or the service stops, for a while.</summary>
    async Task DrainAsync(EventSender sender, CancellationToken end)
    {
        using var limit = new CancellationTokenSource();
        using var ending = end.Register(() => limit.CancelAfter(s_drainTime));
        try
        {
            await sender.DrainAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            ProducerLog.StopsUnacknowledged(logger, sender.InFlight, clients.BootstrapServers);
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
