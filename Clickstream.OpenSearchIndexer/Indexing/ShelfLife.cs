namespace Clickstream.OpenSearchIndexer.Indexing;

/// <summary>What was read is too old to be sent.</summary>
sealed class OutOfDateException() : Exception("what was read is out of date");

/// <summary>
/// How long a reading may be sent. It counts from before the reading. Whoever sends asks just before: a process that was frozen goes on
/// where it stopped, before its timers do.
/// </summary>
sealed class ShelfLife : IDisposable
{
    readonly TimeSpan _length;
    readonly TimeProvider _time;
    readonly long _start;
    readonly CancellationTokenSource _timer;
    readonly CancellationTokenSource _either;

    public ShelfLife(TimeSpan length, TimeProvider time, CancellationToken cancellationToken)
    {
        (_length, _time, _start) = (length, time, time.GetTimestamp());
        _timer = new(length, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
    }

    /// <summary>Ends what waits for an answer.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether it is over.</summary>
    public bool IsOver => _timer.IsCancellationRequested || _time.GetElapsedTime(_start) >= _length;

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
