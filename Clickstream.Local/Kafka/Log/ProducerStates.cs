using Clickstream.Local.Kafka.Protocol;

namespace Clickstream.Local.Kafka.Log;

/// <summary>The idempotent producers that a partition knows. Rebuilt from the batches themselves when the log is recovered.</summary>
sealed class ProducerStates(TimeProvider time)
{
    /// <summary>How long a silent producer is remembered (Kafka's producer.id.expiration.ms).</summary>
    static readonly TimeSpan s_expiration = TimeSpan.FromDays(1);

    readonly Dictionary<long, ProducerBatches> _producers = [];

    public int Count => _producers.Count;

    public IEnumerable<ProducerBatches> All => _producers.Values;

    /// <summary>Whether the batch may be stored; <paramref name="duplicateOffset"/> is not negative if it is already.</summary>
    public ErrorCode Check(in RecordBatch batch, out long duplicateOffset)
    {
        duplicateOffset = -1;
        if (!batch.IsIdempotent || !_producers.TryGetValue(batch.ProducerId, out var producer)) return ErrorCode.None;
        return producer.TryFindDuplicate(batch, out duplicateOffset) ? ErrorCode.None : producer.Check(batch);
    }

    /// <inheritdoc cref="ProducerBatches.Stored"/>
    public void Stored(in RecordBatch batch)
    {
        if (batch.IsIdempotent) Get(batch.ProducerId).Stored(batch);
    }

    /// <inheritdoc cref="ProducerBatches.Expect"/>
    public void NotStored(in RecordBatch batch)
    {
        if (batch.IsIdempotent) Get(batch.ProducerId).Expect(batch);
    }

    public ProducerBatches Get(long producerId)
    {
        if (!_producers.TryGetValue(producerId, out var producer)) _producers[producerId] = producer = new(producerId);
        producer.LastSeen = time.GetUtcNow();
        return producer;
    }

    public void Expire()
    {
        var limit = time.GetUtcNow() - s_expiration;
        foreach (var (id, producer) in _producers)
            if (producer.LastSeen < limit)
                _producers.Remove(id);
    }

    public void Clear() => _producers.Clear();
}
