using Confluent.Kafka;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// Looks every few seconds whether a topic is still as it was when its reading began: a client does not notice by itself that its
/// topic was deleted and made anew.
/// </summary>
/// <param name="topics">Whom to ask.</param>
/// <param name="registered">The topic as it was.</param>
/// <param name="time">The clock.</param>
public sealed class TopicWatch(KafkaTopics topics, KafkaTopic registered, TimeProvider time)
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(3);

    /// <summary>Looks again and again, until it is cancelled or the topic has changed.</summary>
    /// <exception cref="TopicChangedException">It has.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(s_interval, time, cancellationToken);
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
}
