using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Clickstream.Cli.Kafka;

/// <summary>Where a partition's log begins and ends.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Start">Offset of the first record that is still there.</param>
/// <param name="End">Offset that the next record will get.</param>
readonly record struct LogOffsets(int Partition, long Start, long End);

/// <summary>Asks the brokers for a topic's offsets.</summary>
static class TopicOffsets
{
    static readonly ListOffsetsOptions s_options = new()
    {
        RequestTimeout = TimeSpan.FromSeconds(5),
        IsolationLevel = IsolationLevel.ReadUncommitted,
    };

    /// <summary>The offsets of all partitions, by number.</summary>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse.</exception>
    public static async Task<IReadOnlyList<LogOffsets>> ReadAsync(IAdminClient admin, KafkaTopic topic, CancellationToken cancellationToken)
    {
        var starts = ListAsync(admin, topic, OffsetSpec.Earliest(), cancellationToken);
        var ends = await ListAsync(admin, topic, OffsetSpec.Latest(), cancellationToken);
        var first = await starts;
        return [.. ends.Select(end => new LogOffsets(end.Key, first[end.Key], end.Value)).OrderBy(static offsets => offsets.Partition)];
    }

    /// <summary>How many records all partitions ever had.</summary>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse.</exception>
    public static async Task<long> SumOfEndsAsync(IAdminClient admin, KafkaTopic topic, CancellationToken cancellationToken) =>
        (await ListAsync(admin, topic, OffsetSpec.Latest(), cancellationToken)).Values.Sum();

    static async Task<Dictionary<int, long>> ListAsync(IAdminClient admin, KafkaTopic topic, OffsetSpec spec, CancellationToken cancellationToken)
    {
        var result = await admin
            .ListOffsetsAsync(Enumerable.Range(0, topic.PartitionCount).Select(partition => new TopicPartitionOffsetSpec
            {
                TopicPartition = new(topic.Name, partition),
                OffsetSpec = spec,
            }), s_options)
            .WaitAsync(cancellationToken);
        return result.ResultInfos.ToDictionary(
            static info => info.TopicPartitionOffsetError.Partition.Value,
            static info => info.TopicPartitionOffsetError.Offset.Value);
    }
}
