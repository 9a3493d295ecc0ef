using System.Numerics;
using System.Runtime.CompilerServices;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>
/// Numbers pairs of a bucket and a value from 0 on in the order in which they come: open addressing over arrays, no object a pair. Where
/// the values are known to be below a number, a table by value serves the first bucket, and all of them if it is small.
/// </summary>
/// <param name="valueCount">What values are below, if they are.</param>
sealed class BucketHash(int? valueCount = null)
{
    const int SmallTable = 64;

    Growing<int> _table = new();
    int[] _slots = new int[64];
    int[] _owners = new int[32];
    long[] _values = new long[32];

    int _hashed;

    public int Count { get; private set; }

    public long ValueOf(int id) => _values[id];

    /// <summary>The number of a pair, which it gets if it has none.</summary>
    public int Add(int owner, long value)
    {
        if (IsInTable(owner))
        {
            ref var known = ref _table[checked((owner * valueCount!.Value) + (int)value)];
            return known > 0 ? known - 1 : (known = Append(owner, value) + 1) - 1;
        }

        var mask = _slots.Length - 1;
        for (var slot = (int)Hash(owner, value) & mask; ; slot = (slot + 1) & mask)
        {
            var id = _slots[slot] - 1;
            if (id < 0)
            {
                _slots[slot] = Count + 1;
                id = Append(owner, value);
                if (++_hashed * 2 > _slots.Length)
                    Rehash();
                return id;
            }

            if (_values[id] == value && _owners[id] == owner)
                return id;
        }
    }

    /// <summary>The pairs' numbers by their buckets.</summary>
    public int[][] ByOwner(int owners)
    {
        var counts = new int[owners];
        for (var id = 0; id < Count; id++)
            counts[_owners[id]]++;
        var lists = new int[owners][];
        for (var owner = 0; owner < owners; owner++)
            lists[owner] = new int[counts[owner]];
        for (var id = Count - 1; id >= 0; id--)
            lists[_owners[id]][--counts[_owners[id]]] = id;
        return lists;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Hash(int owner, long value)
    {
        var hash = ((ulong)value * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)owner * 0xC2B2AE3D27D4EB4F);
        return hash ^ (hash >> 32) ^ (hash >> 17);
    }

    int Append(int owner, long value)
    {
        if (Count == _values.Length)
        {
            Array.Resize(ref _values, Count * 2);
            Array.Resize(ref _owners, Count * 2);
        }

        (_owners[Count], _values[Count]) = (owner, value);
        return Count++;
    }

    bool IsInTable(int owner) => valueCount is { } count && (owner == 0 || count <= SmallTable);

    void Rehash()
    {
        _slots = new int[(int)BitOperations.RoundUpToPowerOf2((uint)_slots.Length + 1)];
        var mask = _slots.Length - 1;
        for (var id = 0; id < Count; id++)
        {
            if (IsInTable(_owners[id]))
                continue;
            var slot = (int)Hash(_owners[id], _values[id]) & mask;
            while (_slots[slot] != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = id + 1;
        }
    }
}
