using System.Runtime.InteropServices;

namespace Clickstream.Local.Search.Indexing;

/// <summary>
/// Says of an id that it was never stored, or that it may have been: a chain of Bloom filters, each twice as large as the one before, in
/// which an id touches one cache line. A new id then costs no look-up in Lucene, for 16 bits of memory each and less than 1 % of the times
/// in vain.
/// </summary>
sealed class IdFilter
{
    const int FirstCapacity = 1 << 16;
    const int BitsPerId = 16;
    const int Probes = 7;
    const int WordsPerBlock = 8;

    readonly Lock _gate = new();
    volatile Layer[] _layers = [new(FirstCapacity)];

    public bool MayContain(string id)
    {
        var hash = Hash(id);
        foreach (var layer in _layers)
        {
            if (layer.MayContain(hash))
                return true;
        }

        return false;
    }

    public void Add(string id)
    {
        var hash = Hash(id);
        lock (_gate)
        {
            var last = _layers[^1];
            if (last.IsFull)
                _layers = [.. _layers, last = new(last.Capacity * 2)];
            last.Add(hash);
        }
    }

    // Not string.GetHashCode: 32 bits would make every filter of millions say yes.
    static ulong Hash(string id)
    {
        var hash = 14695981039346656037UL;
        var words = MemoryMarshal.Cast<char, ulong>(id.AsSpan());
        foreach (var word in words)
            hash = Mix(hash ^ word);
        foreach (var c in id.AsSpan(words.Length * 4))
            hash = Mix(hash ^ c);
        return Mix(hash ^ (ulong)id.Length);
    }

    static ulong Mix(ulong x)
    {
        x *= 0x9E3779B97F4A7C15;
        x ^= x >> 32;
        x *= 0xD6E8FEB86659FD93;
        return x ^ (x >> 29);
    }

    sealed class Layer(int capacity)
    {
        readonly ulong[] _words = new ulong[capacity / 64 * BitsPerId];
        int _count;

        public int Capacity { get; } = capacity;

        public bool IsFull => _count >= Capacity;

        public bool MayContain(ulong hash)
        {
            var block = Block(hash);
            for (var i = 0; i < Probes; i++)
            {
                var bit = Bit(hash, i);
                if ((Volatile.Read(ref _words[block + (bit >> 6)]) & (1UL << (bit & 63))) == 0)
                    return false;
            }

            return true;
        }

        public void Add(ulong hash)
        {
            var block = Block(hash);
            for (var i = 0; i < Probes; i++)
            {
                var bit = Bit(hash, i);
                _words[block + (bit >> 6)] |= 1UL << (bit & 63);
            }

            _count++;
        }

        int Block(ulong hash) => (int)(hash >> 40) % (_words.Length / WordsPerBlock) * WordsPerBlock;

        static int Bit(ulong hash, int probe) => (int)(Mix(hash + (ulong)probe) & 511);
    }
}
