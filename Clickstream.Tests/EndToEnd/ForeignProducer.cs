using System.Globalization;
using System.Text;
using Clickstream.Core.Events;
using Confluent.Kafka;

namespace Clickstream.Tests.EndToEnd;

/// <summary>A producer beside the pipeline's own: with librdkafka's default partitioner unless told otherwise, with or without a key.</summary>
sealed class ForeignProducer(string bootstrapServers, string topic, Partitioner partitioner = Partitioner.ConsistentRandom) : IDisposable
{
    readonly IProducer<byte[]?, byte[]> _producer = new ProducerBuilder<byte[]?, byte[]>(
        new ProducerConfig { BootstrapServers = bootstrapServers, LingerMs = 2, Partitioner = partitioner })
        .SetKeySerializer(new KeySerializer()).SetLogHandler(static (_, _) => { }).Build();

    /// <summary>Keyed by the visitor, to the partition that the partitioner gives.</summary>
    public void Produce(in ClickEvent e) => Produce(e, Encoding.ASCII.GetBytes(e.VisitorId.ToString(CultureInfo.InvariantCulture)), Partition.Any);

    /// <summary>Without a key: any partition will do.</summary>
    public void ProduceWithoutKey(in ClickEvent e) => Produce(e, null, Partition.Any);

    /// <summary>To a partition of the caller's choice.</summary>
    public void ProduceTo(int partition, in ClickEvent e) => Produce(e, null, partition);

    public void Dispose()
    {
        _producer.Flush();
        _producer.Dispose();
    }

    void Produce(in ClickEvent e, byte[]? key, Partition partition) =>
        _producer.Produce(new TopicPartition(topic, partition), new Message<byte[]?, byte[]> { Key = key, Value = PipelineHarness.Json(e) });

    sealed class KeySerializer : ISerializer<byte[]?>
    {
        public byte[]? Serialize(byte[]? data, SerializationContext context) => data;
    }
}
