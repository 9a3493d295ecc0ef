namespace Clickstream.Local.Kafka.Log;

/// <summary>Wakes a fetch that waits for records in any of its partitions.</summary>
sealed class AppendWaiter
{
    readonly Lock _gate = new();
    TaskCompletionSource _signal = NewSignal();

    /// <summary>Completes on the next <see cref="Signal"/>, or at once if there was one since <see cref="Reset"/>.</summary>
    public Task Signalled
    {
        get
        {
            lock (_gate) return _signal.Task;
        }
    }

    public void Signal()
    {
        lock (_gate) _signal.TrySetResult();
    }

    public void Reset()
    {
        lock (_gate)
        {
            if (_signal.Task.IsCompleted) _signal = NewSignal();
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
