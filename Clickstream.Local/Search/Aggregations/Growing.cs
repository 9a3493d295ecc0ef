using System.Numerics;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>A value for each bucket, in an array that grows as buckets come.</summary>
struct Growing<T>()
{
    T[] _items = [];

    /// <summary>The value of a bucket, which begins as the default.</summary>
    public ref T this[int bucket]
    {
        get
        {
            if (bucket >= _items.Length)
                Array.Resize(ref _items, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bucket + 1, 16)));
            return ref _items[bucket];
        }
    }

    /// <summary>The value of a bucket; the default for one that nothing came to.</summary>
    public readonly T? At(int bucket) => bucket >= 0 && bucket < _items.Length ? _items[bucket] : default;
}
