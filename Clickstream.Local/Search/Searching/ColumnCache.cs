using System.Runtime.InteropServices;
using Clickstream.Local.Search.Indexing;
using Lucene.Net.Index;
using Lucene.Net.Util;

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

    /// <summary>A numeric field's values, or null if the segment has none.</summary>
    public NumberValues? Numbers(AtomicReader leaf, string field) => Get(leaf, field, () =>
    {
        if (leaf.GetNumericDocValues(field) is not { } values)
            return null;
        var column = new long[leaf.MaxDoc];
        for (var document = 0; document < column.Length; document++)
            column[document] = values.Get(document);
        var several = Several(leaf, field + MetaFields.SeveralSuffix);
        return new NumberValues(column, Present(leaf, field), several);
    }, static column => column.Size);

    /// <summary>A keyword field's ordinals in the segment, -1 for none, of a field in which no document has several.</summary>
    public int[] Ordinals(AtomicReader leaf, string field, SortedDocValues values) => Get(leaf, field, () =>
    {
        var column = new int[leaf.MaxDoc];
        for (var document = 0; document < column.Length; document++)
            column[document] = values.GetOrd(document);
        return column;
    }, static column => Buffer.ByteLength(column))!;

    // Lucene's own bits read from a file whose position is one for all threads.
    static FixedBitSet? Present(AtomicReader leaf, string field)
    {
        var present = leaf.GetDocsWithField(field);
        var copy = new FixedBitSet(leaf.MaxDoc);
        var count = 0;
        for (var document = 0; document < leaf.MaxDoc; document++)
        {
            if (!present.Get(document))
                continue;
            copy.Set(document);
            count++;
        }

        return count == leaf.MaxDoc ? null : copy;
    }

    static Dictionary<int, long[]>? Several(AtomicReader leaf, string field)
    {
        if (leaf.GetBinaryDocValues(field) is not { } values)
            return null;
        var several = new Dictionary<int, long[]>();
        var bytes = new BytesRef();
        for (var document = 0; document < leaf.MaxDoc; document++)
        {
            values.Get(document, bytes);
            if (bytes.Length > 0)
                several[document] = MemoryMarshal.Cast<byte, long>(bytes.Bytes.AsSpan(bytes.Offset, bytes.Length)).ToArray();
        }

        return several;
    }

    T? Get<T>(AtomicReader leaf, string field, Func<T?> read, Func<T, long> size)
        where T : class
    {
        var key = (leaf.CoreCacheKey, field);
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var known))
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
                return (T)known.Value.Column;
            }
        }

        // Two that ask at the same time read it twice.
        if (read() is not { } column)
            return null;
        var entry = new Entry(key, column, size(column));
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

    sealed record Entry((object Core, string Field) Key, object Column, long Size);
}

/// <summary>The values of a numeric field in a segment.</summary>
/// <param name="First">By document; 0 where there is none.</param>
/// <param name="Present">Which documents have any, null if all do.</param>
/// <param name="Several">All values of the documents that have more than one, or null if none has.</param>
sealed record NumberValues(long[] First, FixedBitSet? Present, Dictionary<int, long[]>? Several)
{
    /// <summary>About how much memory it takes.</summary>
    public long Size => (8L * First.Length) + (Present is null ? 0 : First.Length / 8) + (100L * (Several?.Count ?? 0));

    /// <summary>A document's values, in order: mostly one or none.</summary>
    public ReadOnlySpan<long> Of(int document)
    {
        // What is not there reads as 0.
        if (Several?.TryGetValue(document, out var several) == true)
            return several;
        return First[document] != 0 || Present?.Get(document) != false ? First.AsSpan(document, 1) : default;
    }
}
