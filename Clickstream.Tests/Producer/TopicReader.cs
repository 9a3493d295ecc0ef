using System.Text;
using Clickstream.Core.Events;
using Confluent.Kafka;

namespace Clickstream.Tests.Producer;

/// <summary>A record of a topic.</summary>
sealed record TopicRecord(int Partition, string Key, ClickEvent Event);

/// <summary>Reads what is in a topic with a client that knows nothing of the producer's code.</summary>
static class TopicReader
{
    public static List<TopicRecord> ReadAll(string bootstrapServers, string topic, int partitions) =>
        ReadRaw(bootstrapServers, topic, partitions).ConvertAll(static record =>
        {
            Assert.True(EventJson.TryParse(record.Message.Value, out var e, out _));
            return new TopicRecord(record.Partition.Value, Encoding.ASCII.GetString(record.Message.Key!), e);
        });

    /// <summary>Reads records that need not be events.</summary>
    public static List<ConsumeResult<byte[]?, byte[]?>> ReadRaw(string bootstrapServers, string topic, int partitions)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "none",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
        }).SetLogHandler(static (_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));

        var records = new List<ConsumeResult<byte[]?, byte[]?>>();
        for (var ended = 0; ended < partitions;)
        {
            var result = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new TimeoutException($"topic {topic} was not read to its end");
            if (result.IsPartitionEOF)
                ended++;
            else
                records.Add(result);
        }
        consumer.Close();
        return records;
    }
}
