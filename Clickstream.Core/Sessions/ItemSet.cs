namespace Clickstream.Core.Sessions;

/// <summary>
/// Distinct item ids in ascending order. Most sessions have at most one item of a kind, so the first is kept inline and an
/// array is made only for the second.
/// </summary>
public struct ItemSet : IEquatable<ItemSet>
{
    long _only;
    long[]? _items;

    /// <summary>A set of the given ids, which must be distinct and ascending, as they are in PostgreSQL.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public ItemSet(long[] ascending)
    {
        for (var i = 1; i < ascending.Length; i++)
        {
            if (ascending[i] <= ascending[i - 1])
                throw new ArgumentException("Item ids must be distinct and ascending.", nameof(ascending));
        }
        Count = ascending.Length;
        if (Count == 1)
            _only = ascending[0];
        else if (Count > 1)
            _items = ascending;
    }

    /// <summary>The number of ids.</summary>
    public int Count { get; private set; }

    /// <summary>The id at <paramref name="index"/>, from 0 to <see cref="Count"/> - 1.</summary>
    public readonly long this[int index] => _items is null ? _only : _items[index];

    /// <summary>Adds an id; does nothing where it is there already.</summary>
    public void Add(long item)
    {
        if (Count == 0)
        {
            _only = item;
            Count = 1;
            return;
        }
        if (_items is null)
        {
            if (item == _only)
                return;
            _items = new long[4];
            _items[0] = _only;
        }
        var index = Array.BinarySearch(_items, 0, Count, item);
        if (index >= 0)
            return;
        index = ~index;
        if (Count == _items.Length)
            Array.Resize(ref _items, Count * 2);
        Array.Copy(_items, index, _items, index + 1, Count - index);
        _items[index] = item;
        Count++;
    }

    /// <summary>Adds every id of <paramref name="other"/>.</summary>
    public void UnionWith(in ItemSet other)
    {
        for (var i = 0; i < other.Count; i++)
            Add(other[i]);
    }

    /// <summary>The ids as an array of their own.</summary>
    public readonly long[] ToArray()
    {
        var items = new long[Count];
        for (var i = 0; i < Count; i++)
            items[i] = this[i];
        return items;
    }

    /// <inheritdoc/>
    public readonly bool Equals(ItemSet other) => ToArray().AsSpan().SequenceEqual(other.ToArray());

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ItemSet other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => Count == 0 ? 0 : HashCode.Combine(Count, this[0], this[Count - 1]);
}
