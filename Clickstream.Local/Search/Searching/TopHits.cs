namespace Clickstream.Local.Search.Searching;

/// <summary>
/// The first so many hits of a search by its sort keys; of equals the one that was met first. A heap whose root is the last of them, so most
/// documents cost one comparison.
/// </summary>
sealed class TopHits(SortKey[] keys, int capacity, long[]? after)
{
    readonly long[] _candidate = new long[keys.Length];
    readonly List<Hit> _heap = [];
    int _met;

    public void SetLeaf(SearchLeaf leaf)
    {
        Leaf = leaf;
        foreach (var key in keys)
            key.SetLeaf(leaf);
    }

    SearchLeaf? Leaf { get; set; }

    public void Collect(int document, float score)
    {
        _candidate[0] = keys[0].KeyOf(document, score);

        // Most documents are on another page, which their first key mostly tells.
        if (after is not null && _candidate[0] < after[0])
            return;
        var isFull = _heap.Count == capacity;
        if (isFull && _candidate[0] > _heap[0].Keys[0])
            return;
        for (var i = 1; i < keys.Length; i++)
            _candidate[i] = keys[i].KeyOf(document, score);
        if (after is not null && Compare(_candidate, after) <= 0)
            return;
        if (!isFull)
        {
            _heap.Add(new([.. _candidate], Leaf!, document, score, _met++));
            Rise(_heap.Count - 1);
        }
        else if (capacity > 0 && Compare(_candidate, _heap[0].Keys) < 0)
        {
            _candidate.CopyTo(_heap[0].Keys, 0);
            _heap[0] = _heap[0] with { Leaf = Leaf!, Document = document, Score = score, Met = _met++ };
            Sink();
        }
    }

    /// <summary>The hits in order.</summary>
    public List<Hit> ToList()
    {
        _heap.Sort(static (a, b) => ComesBefore(a, b) ? -1 : ComesBefore(b, a) ? 1 : 0);
        return _heap;
    }

    static int Compare(long[] a, long[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
                return a[i] < b[i] ? -1 : 1;
        }

        return 0;
    }

    static bool ComesBefore(in Hit a, in Hit b)
    {
        var order = Compare(a.Keys, b.Keys);
        return order < 0 || (order == 0 && a.Met < b.Met);
    }

    void Rise(int at)
    {
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (ComesBefore(_heap[at], _heap[parent]))
                return;
            (_heap[at], _heap[parent]) = (_heap[parent], _heap[at]);
            at = parent;
        }
    }

    void Sink()
    {
        for (var at = 0; ;)
        {
            var last = at;
            for (var child = (2 * at) + 1; child <= (2 * at) + 2 && child < _heap.Count; child++)
            {
                if (ComesBefore(_heap[last], _heap[child]))
                    last = child;
            }

            if (last == at)
                return;
            (_heap[at], _heap[last]) = (_heap[last], _heap[at]);
            at = last;
        }
    }
}

/// <summary>A document that was found. <paramref name="Met"/> says in which order they were met.</summary>
readonly record struct Hit(long[] Keys, SearchLeaf Leaf, int Document, float Score, int Met);
