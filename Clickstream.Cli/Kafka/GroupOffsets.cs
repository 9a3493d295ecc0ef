using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Clickstream.Cli.Kafka;

/// <summary>The offsets that a consumer group has committed.</summary>
static class GroupOffsets
{
    static readonly ListConsumerGroupOffsetsOptions s_options = new() { RequestTimeout = TimeSpan.FromSeconds(5) };

    /// <summary>The next offset by partition. A partition that nothing was committed of is not in it.</summary>
    public static async Task<Dictionary<int, long>> ReadAsync(IAdminClient admin, string group, KafkaTopic topic, CancellationToken cancellationToken)
    {
        List<TopicPartition> partitions = [.. Enumerable.Range(0, topic.PartitionCount).Select(partition => new TopicPartition(topic.Name, partition))];
        var answers = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, partitions)], s_options).WaitAsync(cancellationToken);
        return answers[0].Partitions
            .Where(static partition => !partition.Error.IsError && partition.Offset.Value >= 0)
            .ToDictionary(static partition => partition.Partition.Value, static partition => partition.Offset.Value);
    }
}
