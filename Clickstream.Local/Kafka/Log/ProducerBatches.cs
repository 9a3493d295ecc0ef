using Clickstream.Local.Kafka.Protocol;

namespace Clickstream.Local.Kafka.Log;

/// <summary>
/// What a partition knows of one idempotent producer: its epoch and its last five batches, five being how many a client may have in
/// flight. A batch that is among them was stored already; any other must follow on the last one.
/// </summary>
sealed class ProducerBatches(long producerId)
{
    public const int Remembered = 5;
    const short NoEpoch = -1;

    readonly List<Entry> _batches = new(Remembered);

    public readonly record struct Entry(int BaseSequence, int LastSequence, long BaseOffset);

    public long ProducerId { get; } = producerId;

    public short Epoch { get; private set; } = NoEpoch;

    /// <summary>The sequence of the last record stored, or of the one before the first that is expected.</summary>
    public int LastSequence { get; private set; } = -1;

    /// <summary>When the producer last appended, by this broker's clock: the silent are forgotten in the end.</summary>
    public DateTimeOffset LastSeen { get; set; }

    public IReadOnlyList<Entry> Batches => _batches;

    /// <summary>A sequence number <paramref name="count"/> further on; after the greatest integer comes 0.</summary>
    public static int Advance(int sequence, int count) =>
        (int)(((long)sequence + count) % (int.MaxValue + 1L));

    /// <summary>Whether this very batch was stored before, and where.</summary>
    public bool TryFindDuplicate(in RecordBatch batch, out long baseOffset)
    {
        baseOffset = -1;
        if (batch.ProducerEpoch != Epoch) return false;
        foreach (var entry in _batches)
        {
            if (entry.BaseSequence != batch.BaseSequence || entry.LastSequence != batch.LastSequence) continue;
            baseOffset = entry.BaseOffset;
            return true;
        }

        return false;
    }

    /// <summary>Whether the batch may be stored next. A producer of which nothing is known may begin anywhere: retention forgets.</summary>
    public ErrorCode Check(in RecordBatch batch)
    {
        if (Epoch == NoEpoch) return ErrorCode.None;
        if (batch.ProducerEpoch < Epoch) return ErrorCode.InvalidProducerEpoch;
        var expected = batch.ProducerEpoch > Epoch ? 0 : Advance(LastSequence, 1);
        return batch.BaseSequence == expected ? ErrorCode.None : ErrorCode.OutOfOrderSequenceNumber;
    }

    /// <summary>Takes note of a batch that was stored.</summary>
    public void Stored(in RecordBatch batch) => Restore(batch.ProducerEpoch, new(batch.BaseSequence, batch.LastSequence, batch.BaseOffset));

    /// <summary>
    /// Takes note of a first batch that could not be stored: the ones sent behind it must not take its place, or its repetition would
    /// be refused as out of order.
    /// </summary>
    public void Expect(in RecordBatch batch)
    {
        if (Epoch != NoEpoch) return;
        Epoch = batch.ProducerEpoch;
        LastSequence = batch.BaseSequence - 1;
    }

    public void Restore(short epoch, Entry entry)
    {
        if (epoch != Epoch) _batches.Clear();
        else if (_batches.Count == Remembered) _batches.RemoveAt(0);
        Epoch = epoch;
        LastSequence = entry.LastSequence;
        _batches.Add(entry);
    }
}
