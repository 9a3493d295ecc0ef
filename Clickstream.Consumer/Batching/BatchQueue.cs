using System.Diagnostics;
using Clickstream.Consumer.Lanes;
using Clickstream.Core.Events;

namespace Clickstream.Consumer.Batching;

/// <summary>
/// Hands batches from the poll thread, which fills one record by record, to the storing task, which takes whatever is there when
/// it has stored the last one. So a trickle is stored at once and a flood in large batches, by the same code; and there are two
/// batches at most, which bounds memory: when the one being filled is full, the poll thread waits.
/// </summary>
sealed class BatchQueue(int capacity)
{
    readonly object _lock = new();
    Batch _filling = new(capacity);
    Batch? _spare = new(capacity);
    bool _isReady;
    TaskCompletionSource? _takerWaits;

    /// <summary>Adds a record, on the poll thread.</summary>
    /// <returns>False where the batch is full; wait with <see cref="WaitForRoom"/>.</returns>
    public bool TryAdd(Lane lane, long offset, in ClickEvent e, EventError error, in RawRecord raw)
    {
        lock (_lock)
        {
            if (_filling.IsFull)
                return false;
            _filling.Add(lane, offset, e, error, raw);
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
            if (_filling.Count > 0)
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

    /// <summary>Waits until everything that was added is stored and returned, on the poll thread.</summary>
    /// <returns>False where that did not happen within <paramref name="limit"/>.</returns>
    public bool WaitUntilStored(TimeSpan limit)
    {
        lock (_lock)
        {
            if (_filling.Count > 0)
                MarkReady();
            return WaitUntil(static queue => queue._filling.Count == 0 && queue._spare is not null, limit);
        }
    }

    /// <summary>Takes the batch being filled, as soon as it is ready. Give it back with <see cref="Return"/> before taking the next.</summary>
    public async Task<Batch> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task ready;
            lock (_lock)
            {
                if (_isReady)
                {
                    var batch = _filling;
                    _filling = _spare ?? throw new InvalidOperationException("The last batch was not returned.");
                    _spare = null;
                    _isReady = false;
                    Monitor.PulseAll(_lock);
                    return batch;
                }
                _takerWaits ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                ready = _takerWaits.Task;
            }
            await ready.WaitAsync(cancellationToken);
        }
    }

    public void Return(Batch batch)
    {
        lock (_lock)
        {
            batch.Clear();
            _spare = batch;
            Monitor.PulseAll(_lock);
        }
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
        _takerWaits?.TrySetResult();
        _takerWaits = null;
    }
}
