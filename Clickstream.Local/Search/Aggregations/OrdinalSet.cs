using System.Numerics;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>
/// Which ordinals a bucket has met: few of them in a small hash table, many in a bit each. Neighbouring documents mostly meet the same
/// bucket, so its table is at hand.
/// </summary>
sealed class OrdinalSet(int ordinals)
{
    // Ordinals plus one, so that 0 is an empty slot.
    int[]? _slots = new int[16];
    ulong[] _bits = [];

    public int Count { get; private set; }

    public void Add(int ordinal)
    {
        if (_slots is null)
        {
            ref var word = ref _bits[ordinal >> 6];
            var bit = 1UL << (ordinal & 63);
            Count += (word & bit) == 0 ? 1 : 0;
            word |= bit;
            return;
        }

        var mask = _slots.Length - 1;
        for (var slot = Hash(ordinal) & mask; ; slot = (slot + 1) & mask)
        {
            if (_slots[slot] == ordinal + 1)
                return;
            if (_slots[slot] != 0)
                continue;
            _slots[slot] = ordinal + 1;
            if (++Count * 2 > _slots.Length)
                Grow();
            return;
        }
    }

    static int Hash(int ordinal) => (int)(((uint)ordinal * 0x9E3779B9) >> 8);

    void Grow()
    {
        var old = _slots!;

        // A bit for every ordinal takes less than the next table would.
        if (old.Length * 4L * 32 > ordinals)
        {
            _bits = new ulong[(ordinals / 64) + 1];
            foreach (var entry in old)
            {
                if (entry != 0)
                    _bits[(entry - 1) >> 6] |= 1UL << ((entry - 1) & 63);
            }

            _slots = null;
            return;
        }

        _slots = new int[(int)BitOperations.RoundUpToPowerOf2((uint)old.Length * 4)];
        var mask = _slots.Length - 1;
        foreach (var entry in old)
        {
            if (entry == 0)
                continue;
            var slot = Hash(entry - 1) & mask;
            while (_slots[slot] != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = entry;
        }
    }
}
