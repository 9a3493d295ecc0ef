using Clickstream.Tests.EndToEnd;
using Confluent.Kafka;

namespace Clickstream.Tests.Chaos;

/// <summary>Produces a round's records, each by its route.</summary>
sealed class ChaosProducer(PipelineHarness pipeline, string bootstrapServers, int partitions) : IDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    // As a client that nobody has told of murmur2.
    readonly IProducer<byte[]?, byte[]> _foreign = new ProducerBuilder<byte[]?, byte[]>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers,
        EnableIdempotence = true,
        LingerMs = 2,
        // It knows of new partitions soon; the other producer does not, and goes on by the old count.
        TopicMetadataRefreshIntervalMs = 1000,
    }).SetLogHandler(static (_, _) => { }).Build();

    public void Produce(IEnumerable<InputRecord> records)
    {
        foreach (var record in records)
        {
            switch (record.Route)
            {
                case Route.Home:
                    pipeline.ProduceRaw(record.Key, record.Value);
                    break;
                case Route.Explicit:
                    pipeline.ProduceRaw(record.Key, record.Value, record.Choice % partitions);
                    break;
                case Route.Foreign:
                    _foreign.Produce(pipeline.Topic, new Message<byte[]?, byte[]> { Key = record.Key, Value = record.Value! });
                    break;
            }
        }
    }

    /// <summary>Waits until all of it is in the log.</summary>
    public void Flush()
    {
        pipeline.Flush();
        _foreign.Flush(s_limit);
    }

    public void Dispose() => _foreign.Dispose();
}
