using Lucene.Net.Index;

namespace Clickstream.Local.Search.Searching;

/// <summary>
/// Segments' doc values as plain arrays: reading one is some nanoseconds, where Lucene unpacks it anew each time. Segments never change, so
/// an array is good as long as its segment; those that were used longest ago go when they take too much memory.
/// </summary>
sealed class ColumnCache
{
    const long Capacity = 256L * 1024 * 1024;

    readonly Lock _gate = new();
    readonly Dictionary<(object Core, string Field), LinkedListNode<Entry>> _entries = [];
    readonly LinkedList<Entry> _byUse = [];
    long _size;

    /// <summary>A numeric field's values; what is not there is 0. Null if the segment has none.</summary>
    public long[]? Numbers(AtomicReader leaf, string field) => Get(leaf, field, () =>
    {
        if (leaf.GetNumericDocValues(field) is not { } values)
            return null;
        var column = new long[leaf.MaxDoc];
        for (var document = 0; document < column.Length; document++)
            column[document] = values.Get(document);
        return column;
    });

    /// <summary>A keyword field's ordinals in the segment, -1 for none, of a field in which no document has several.</summary>
    public int[] Ordinals(AtomicReader leaf, string field, SortedDocValues values) => Get(leaf, field, () =>
    {
        var column = new int[leaf.MaxDoc];
        for (var document = 0; document < column.Length; document++)
            column[document] = values.GetOrd(document);
        return column;
    })!;

    T[]? Get<T>(AtomicReader leaf, string field, Func<T[]?> read)
        where T : unmanaged
    {
        var key = (leaf.CoreCacheKey, field);
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var known))
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
                return (T[])known.Value.Column;
            }
        }

        // Two that ask at the same time read it twice.
        if (read() is not { } column)
            return null;
        var entry = new Entry(key, column, Buffer.ByteLength(column));
        lock (_gate)
        {
            if (!_entries.TryAdd(key, new(entry)))
                return column;
            _byUse.AddFirst(_entries[key]);
            _size += entry.Size;
            while (_size > Capacity && _byUse.Count > 1)
            {
                _size -= _byUse.Last!.Value.Size;
                _entries.Remove(_byUse.Last.Value.Key);
                _byUse.RemoveLast();
            }
        }

        return column;
    }

    sealed record Entry((object Core, string Field) Key, Array Column, long Size);
}
