using System.Diagnostics;
using Clickstream.Core.Events;
using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer.Indexing;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>
/// Hands batches from the poll thread, which fills one record by record, to the indexing loops, which take whatever is there when
/// they have settled their last one. So a trickle is indexed at once and a flood in large requests, by the same code; and there is one
/// batch more than loops, which bounds memory: when the one being filled is full, the poll thread waits.
/// </summary>
sealed class BatchQueue : IDisposable
{
    readonly object _lock = new();
    readonly Stack<EventBatch> _spares = [];
    readonly int _loops;
    EventBatch _filling;
    bool _isReady;
    TaskCompletionSource? _takersWait;

    public BatchQueue(BulkSize size, IndexerOptions options)
    {
        _loops = options.MaxBulksInFlight;
        _filling = new(size, options);
        for (var i = 0; i < _loops; i++)
            _spares.Push(new(size, options));
    }

    /// <summary>Adds a record, on the poll thread. One of a partition that is no longer ours is passed over.</summary>
    /// <returns>False where the batch is full; wait with <see cref="WaitForRoom"/>.</returns>
    public bool TryAdd(PartitionProgress progress, long offset, in ClickEvent e, EventError error, ActivityContext trace = default)
    {
        lock (_lock)
        {
            if (progress.IsClosed)
                return true;
            if (_filling.IsFull)
            {
                // It may have become full by a shrunken size, with nobody told.
                MarkReady();
                return false;
            }
            _filling.Add(progress, offset, e, error, trace);
            if (_filling.IsFull)
                MarkReady();
            return true;
        }
    }

    /// <summary>Nothing more is waiting to be added, so what is there may be taken.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (!_filling.IsEmpty)
                MarkReady();
        }
    }

    /// <summary>Waits until a record can be added, on the poll thread.</summary>
    /// <returns>False where that did not happen within <paramref name="limit"/>.</returns>
    public bool WaitForRoom(TimeSpan limit)
    {
        lock (_lock)
            return WaitUntil(static queue => !queue._filling.IsFull, limit);
    }

    /// <summary>Waits until everything that was added is settled, on the poll thread.</summary>
    /// <returns>False where that did not happen within <paramref name="limit"/>.</returns>
    public bool WaitUntilSettled(TimeSpan limit)
    {
        lock (_lock)
        {
            if (!_filling.IsEmpty)
                MarkReady();
            return WaitUntil(static queue => queue._filling.IsEmpty && queue._spares.Count == queue._loops, limit);
        }
    }

    /// <summary>Takes the batch being filled, as soon as it is ready. Give it back with <see cref="Return"/> before taking the next.</summary>
    public async Task<EventBatch> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task ready;
            lock (_lock)
            {
                if (_isReady)
                {
                    var batch = _filling;
                    _filling = _spares.Pop();
                    _isReady = false;
                    Monitor.PulseAll(_lock);
                    return batch;
                }
                _takersWait ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                ready = _takersWait.Task;
            }
            await ready.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Gives back a batch that is settled.</summary>
    public void Return(EventBatch batch)
    {
        lock (_lock)
        {
            batch.Clear();
            _spares.Push(batch);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>To be called when neither the poll thread nor a loop is at work any more; a batch that was not given back is left to the collector.</summary>
    public void Dispose()
    {
        _filling.Dispose();
        while (_spares.TryPop(out var spare))
            spare.Dispose();
    }

    /// <summary>Waits, with the lock held, through every pulse that brings something else.</summary>
    bool WaitUntil(Predicate<BatchQueue> condition, TimeSpan limit)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition(this))
        {
            var rest = limit - Stopwatch.GetElapsedTime(start);
            if (rest <= TimeSpan.Zero || !Monitor.Wait(_lock, rest))
                return condition(this);
        }
        return true;
    }

    void MarkReady()
    {
        _isReady = true;
        _takersWait?.TrySetResult();
        _takersWait = null;
    }
}
