namespace Clickstream.Local.Kafka.Log;

/// <summary>
/// Where batches begin in a segment: one entry every few kilobytes, in memory. What lies between two entries is found by walking the
/// batch headers in the file.
/// </summary>
sealed class SparseIndex
{
    /// <summary>Bytes between two entries, at least.</summary>
    public const int Interval = 4096;

    readonly List<Entry> _entries = [];

    /// <param name="Offset">The base offset of the batch at <paramref name="Position"/>.</param>
    /// <param name="Position">Where the batch begins in the file.</param>
    /// <param name="MaxTimestampBefore">The greatest timestamp of the segment's records before that batch.</param>
    public readonly record struct Entry(long Offset, long Position, long MaxTimestampBefore);

    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>Takes note of a batch; the last entry decides whether it is far enough to be worth one.</summary>
    public void Offer(in Entry entry)
    {
        if (_entries.Count == 0 || entry.Position - _entries[^1].Position >= Interval) _entries.Add(entry);
    }

    /// <summary>The position of the last entry at or before an offset; 0 where there is none.</summary>
    public long PositionBefore(long offset) => PositionAt(LastWhere(offset, static (e, o) => e.Offset <= o));

    /// <summary>The last entry's position at or before a position.</summary>
    public long PositionAtOrBefore(long position) => PositionAt(LastWhere(position, static (e, p) => e.Position <= p));

    /// <summary>The position behind which the first record at or after a time must be looked for.</summary>
    public long PositionBeforeTime(long timestamp) => PositionAt(LastWhere(timestamp, static (e, t) => e.MaxTimestampBefore < t));

    long PositionAt(int index) => index < 0 ? 0 : _entries[index].Position;

    // All three members of an entry grow with the index, so each condition holds for a front part of the list.
    int LastWhere(long value, Func<Entry, long, bool> condition)
    {
        int low = 0, high = _entries.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (condition(_entries[middle], value)) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }
}
