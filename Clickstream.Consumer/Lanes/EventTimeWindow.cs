namespace Clickstream.Consumer.Lanes;

/// <summary>
/// The event times that a lane saw last, and their median: "now" in event time. A median over a fixed number of events, not over
/// a batch, is the same for a trickle as for a flood, and no single event of the far future drags it.
/// </summary>
sealed class EventTimeWindow
{
    const int Size = 255;

    readonly long[] _times = new long[Size];
    readonly long[] _sorted = new long[Size];
    long _count;

    public void Add(long timestamp) => _times[_count++ % Size] = timestamp;

    /// <summary>The median in Unix ms; null while fewer than half of the places are filled, when it would follow single events.</summary>
    public long? Median()
    {
        if (_count <= Size / 2)
            return null;
        var length = (int)Math.Min(_count, Size);
        Array.Copy(_times, _sorted, length);
        Array.Sort(_sorted, 0, length);
        return _sorted[length / 2];
    }
}
