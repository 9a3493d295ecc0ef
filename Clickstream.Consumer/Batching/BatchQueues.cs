using System.Diagnostics;

namespace Clickstream.Consumer.Batching;

/// <summary>
/// A queue for each storing loop. A partition always has the same one, so that no lane is ever in two transactions at a time.
/// </summary>
/// <param name="count">How many.</param>
/// <param name="capacity">Records of a batch.</param>
sealed class BatchQueues(int count, int capacity)
{
    readonly BatchQueue[] _queues = [.. Enumerable.Range(0, count).Select(_ => new BatchQueue(capacity))];

    public IReadOnlyList<BatchQueue> All => _queues;

    /// <summary>The queue of a partition.</summary>
    public BatchQueue Of(int partition) => _queues[partition % _queues.Length];

    /// <inheritdoc cref="BatchQueue.Flush"/>
    public void Flush()
    {
        foreach (var queue in _queues)
            queue.Flush();
    }

    /// <inheritdoc cref="BatchQueue.WaitUntilStored"/>
    public bool WaitUntilStored(TimeSpan limit)
    {
        // All of them at once, not one after the other.
        Flush();
        var start = Stopwatch.GetTimestamp();
        return Array.TrueForAll(_queues, queue => queue.WaitUntilStored(limit - Stopwatch.GetElapsedTime(start)));
    }
}
