using System.Text;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Index;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Searching;

/// <summary>
/// The keywords of a field over all segments of a request, numbered in their order. Sorting, counting and telling apart work on the
/// numbers; a text is looked up only for what is shown.
/// </summary>
sealed class GlobalOrdinals
{
    readonly SortedSetDocValues?[] _values;
    readonly OrdinalTable _table;

    GlobalOrdinals(string field, SortedSetDocValues?[] values, OrdinalTable table) => (Field, _values, _table) = (field, values, table);

    public string Field { get; }

    /// <summary>How many keywords there are, some of them perhaps only in documents that are deleted.</summary>
    public int Count => _table.Count;

    public static GlobalOrdinals For(string field, IReadOnlyList<SearchLeaf> leaves, OrdinalCache cache)
    {
        // Doc values belong to a thread, the table to everybody.
        var values = new SortedSetDocValues?[leaves.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (leaves[i].Shard.Mapping.Find(field) is { HasDocValues: true, Type: FieldType.Keyword })
                values[i] = leaves[i].Reader.GetSortedSetDocValues(field);
        }

        return new(field, values, cache.Get(field, leaves, values));
    }

    public SortedSetDocValues? ValuesOf(SearchLeaf leaf) => _values[leaf.Ordinal];

    /// <summary>The segment's numbers to those here, or null if they are the same.</summary>
    public int[]? MapOf(SearchLeaf leaf) => _table.Maps[leaf.Ordinal];

    public string Lookup(int ordinal)
    {
        var bytes = Bytes(ordinal);
        return Encoding.UTF8.GetString(bytes.Bytes, bytes.Offset, bytes.Length);
    }

    /// <summary>The number of a keyword or, if it is not there, the complement of the number that it would have.</summary>
    public int Find(string text)
    {
        var wanted = new BytesRef(text);
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Bytes(middle).CompareTo(wanted);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    BytesRef Bytes(int ordinal)
    {
        var bytes = new BytesRef();
        var (leaf, inLeaf) = _table.Locate(ordinal);
        _values[leaf]!.LookupOrd(inLeaf, bytes);
        return bytes;
    }
}

/// <summary>Where the keywords of several segments meet.</summary>
sealed class OrdinalTable
{
    readonly MultiDocValues.OrdinalMap? _map;
    readonly int[] _mapped;

    /// <param name="values">Of each segment, null where it has none.</param>
    public OrdinalTable(SortedSetDocValues?[] values)
    {
        Maps = new int[values.Length][];
        _mapped = [.. Enumerable.Range(0, values.Length).Where(i => values[i] is not null)];
        if (_mapped.Length <= 1)
        {
            Count = _mapped.Length == 0 ? 0 : (int)values[_mapped[0]]!.ValueCount;
            return;
        }

        _map = new(this, [.. _mapped.Select(i => values[i]!.GetTermsEnum())]);
        Count = (int)_map.ValueCount;
        for (var i = 0; i < _mapped.Length; i++)
        {
            var map = new int[values[_mapped[i]]!.ValueCount];
            for (var ordinal = 0; ordinal < map.Length; ordinal++)
                map[ordinal] = (int)_map.GetGlobalOrd(i, ordinal);
            Maps[_mapped[i]] = map;
        }
    }

    public int Count { get; }

    public int[]?[] Maps { get; }

    /// <summary>A segment that has the keyword, and its number there.</summary>
    public (int Leaf, long Ordinal) Locate(int ordinal) => _map is null
        ? (_mapped[0], ordinal)
        : (_mapped[_map.GetFirstSegmentNumber(ordinal)], _map.GetFirstSegmentOrd(ordinal));
}

/// <summary>Keeps the tables that were used last: they are costly where keywords are many, and good until segments change.</summary>
sealed class OrdinalCache
{
    const int Capacity = 32;

    readonly Lock _gate = new();
    readonly LinkedList<Entry> _entries = [];

    public OrdinalTable Get(string field, IReadOnlyList<SearchLeaf> leaves, SortedSetDocValues?[] values)
    {
        var cores = leaves.Select(static leaf => leaf.Reader.CoreCacheKey).ToArray();
        if (Find(field, cores) is { } known)
            return known;

        // Two that ask at the same time compute it twice.
        var table = new OrdinalTable(values);
        lock (_gate)
        {
            _entries.AddFirst(new Entry(field, cores, table));
            if (_entries.Count > Capacity)
                _entries.RemoveLast();
        }

        return table;
    }

    OrdinalTable? Find(string field, object[] cores)
    {
        lock (_gate)
        {
            for (var node = _entries.First; node is not null; node = node.Next)
            {
                if (node.Value.Field != field || !node.Value.Cores.SequenceEqual(cores, ReferenceEqualityComparer.Instance))
                    continue;
                _entries.Remove(node);
                _entries.AddFirst(node);
                return node.Value.Table;
            }

            return null;
        }
    }

    sealed record Entry(string Field, object[] Cores, OrdinalTable Table);
}
