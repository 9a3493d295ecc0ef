using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Producer;

/// <summary>
/// Beside a sender: where nothing is acknowledged for a while, it asks the brokers. That they cannot be reached may pass, and the client
/// waits for it; that one side no longer accepts the other's certificate does not, and ends the sending.
/// </summary>
sealed class RefusalWatch : IAsyncDisposable
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(3);

    readonly KafkaTopics _topics;
    readonly string _topic;
    readonly EventSender _sender;
    readonly ProducerMetrics _metrics;
    readonly CancellationTokenSource _over = new();
    readonly Task _watching;

    /// <summary>Begins to watch, until it is disposed of.</summary>
    public RefusalWatch(KafkaTopics topics, string topic, EventSender sender, ProducerMetrics metrics, TimeProvider time)
    {
        (_topics, _topic, _sender, _metrics) = (topics, topic, sender, metrics);
        _watching = WatchAsync(time);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching;
        _over.Dispose();
    }

    async Task WatchAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            for (var sent = _metrics.Sent; await timer.WaitForNextTickAsync(_over.Token); sent = _metrics.Sent)
            {
                if (_metrics.Sent != sent)
                    _topics.ForgetRefusal();
                else if (_sender.InFlight > 0)
                    await LookAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The sending is over.
        }
    }

    async Task LookAsync()
    {
        try
        {
            await _topics.DescribeAsync(_topic, _over.Token);
        }
        catch (KafkaException)
        {
            // The brokers cannot be reached, or are not ready.
        }
        catch (ClickstreamException e)
        {
            _sender.Fail(e.Message);
        }
    }
}
