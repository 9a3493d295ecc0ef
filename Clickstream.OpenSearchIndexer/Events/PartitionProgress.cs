namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>
/// How far a partition is indexed, from its assignment to its revocation. Bulk requests may be done in another order than they were
/// filled: the offset up to which all is settled moves when the oldest is.
/// </summary>
/// <param name="partition">Its number.</param>
/// <param name="logStart">Where its log began when it was assigned.</param>
/// <param name="start">The first offset to read.</param>
sealed class PartitionProgress(int partition, long logStart, long start)
{
    readonly Lock _lock = new();
    readonly Queue<BatchPart> _open = [];
    long _settled = start;
    volatile bool _isClosed;

    public int Partition => partition;

    public long LogStart => logStart;

    /// <summary>The next offset to read; for the poll thread.</summary>
    public long NextToRead { get; set; } = start;

    /// <summary>True once the partition is no longer ours: nothing of it counts any more.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Every record before this offset is indexed, or a dead letter.</summary>
    public long Settled => Interlocked.Read(ref _settled);

    public void Close() => _isClosed = true;

    /// <summary>The partition's part of a batch that follows all that were begun before.</summary>
    public BatchPart Begin()
    {
        var part = new BatchPart(this);
        lock (_lock)
            _open.Enqueue(part);
        return part;
    }

    /// <summary>All records of a part are settled.</summary>
    public void Settle(BatchPart part)
    {
        lock (_lock)
        {
            part.IsSettled = true;
            while (_open.TryPeek(out var oldest) && oldest.IsSettled)
                Interlocked.Exchange(ref _settled, _open.Dequeue().End);
        }
    }
}

/// <summary>What a batch holds of one partition: records that follow each other.</summary>
sealed class BatchPart(PartitionProgress owner)
{
    public PartitionProgress Owner => owner;

    /// <summary>The offset behind its last record.</summary>
    public long End { get; set; }

    public bool IsSettled { get; set; }
}
