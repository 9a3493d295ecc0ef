using System.Numerics;
using Clickstream.Core.Events;

namespace Clickstream.Consumer.Batching;

/// <summary>
/// Which events of a batch came before: a set of indexes into the batch, by the events' identity, in open addressing, with
/// arrays that are made once. Emptying it costs nothing: an entry of an older round counts as free.
/// </summary>
sealed class IdentitySet(int capacity)
{
    readonly int[] _indexes = new int[SizeFor(capacity)];
    readonly int[] _rounds = new int[SizeFor(capacity)];
    int _round;

    public void Clear() => _round++;

    /// <summary>Adds the event of the record at <paramref name="index"/>.</summary>
    /// <returns>False where the batch has the same event before.</returns>
    public bool Add(Batch batch, int index)
    {
        ref readonly var e = ref batch[index].Event;
        var slot = FindSlot(batch, e);
        if (_rounds[slot] == _round)
            return false;
        _rounds[slot] = _round;
        _indexes[slot] = index;
        return true;
    }

    /// <summary>The index of the record with the same identity; -1 where there is none.</summary>
    public int IndexOf(Batch batch, in ClickEvent e)
    {
        var slot = FindSlot(batch, e);
        return _rounds[slot] == _round ? _indexes[slot] : -1;
    }

    int FindSlot(Batch batch, in ClickEvent e)
    {
        var mask = _indexes.Length - 1;
        var slot = e.IdentityHash() & mask;
        while (_rounds[slot] == _round && !batch[_indexes[slot]].Event.HasSameIdentity(e))
            slot = (slot + 1) & mask;
        return slot;
    }

    // At most half full, so that probes stay short; rounds start at 1 because fresh entries say 0.
    static int SizeFor(int capacity) => (int)BitOperations.RoundUpToPowerOf2((uint)capacity * 2);
}
