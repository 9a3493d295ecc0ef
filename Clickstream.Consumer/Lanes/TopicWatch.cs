using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Consumer.Lanes;

/// <summary>
/// Looks every few seconds whether the topic is still the registered one. That lanes stay right does not hang on it, the generation
/// sees to that; but a client does not notice by itself that its topic was deleted and made anew.
/// </summary>
sealed class TopicWatch(KafkaTopics topics, RegisteredTopic registered, TimeProvider time)
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(3);
    static readonly TimeSpan s_shortestInterval = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _lookSoon = new(0, 1);

    /// <summary>Something hints at a change: the next look need not wait for its time. From the poll thread, as often as it likes.</summary>
    public void LookSoon()
    {
        if (_lookSoon.CurrentCount == 0)
            _lookSoon.Release();
    }

    /// <summary>Looks again and again, until it is cancelled or the topic has changed.</summary>
    /// <exception cref="TopicChangedException">It has.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Anybody can write a record that hints at a change; it must not make us ask the brokers without a pause.
            await Task.Delay(s_shortestInterval, time, cancellationToken);
            await WaitForHintAsync(s_interval - s_shortestInterval, cancellationToken);
            try
            {
                await LookAsync(cancellationToken);
            }
            catch (KafkaException)
            {
                // The brokers cannot be reached: that says nothing of the topic.
            }
        }
    }

    /// <summary>Looks once.</summary>
    /// <exception cref="TopicChangedException">The topic is gone, is another one, or has more partitions.</exception>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var topic = await topics.DescribeAsync(registered.Name, cancellationToken)
            ?? throw new TopicChangedException($"topic {registered.Name} was deleted");
        if (topic.Id != registered.Id)
            throw new TopicChangedException($"topic {registered.Name} was deleted and made anew");
        // Fewer than registered: the broker that answered is behind.
        if (topic.PartitionCount > registered.PartitionCount)
            throw new TopicChangedException($"topic {registered.Name} has {topic.PartitionCount} partitions now, {registered.PartitionCount} before");
    }

    async Task WaitForHintAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hint = _lookSoon.WaitAsync(over.Token);
        await Task.WhenAny(hint, Task.Delay(limit, time, over.Token));
        await over.CancelAsync();
        await hint.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
