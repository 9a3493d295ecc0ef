using Lucene.Net.Index;

namespace Clickstream.Local.Search.Searching;

/// <summary>The values of a keyword's field in one segment, as ordinals that mean the same in every segment of the request.</summary>
readonly struct KeywordColumn
{
    readonly int[]? _single;
    readonly SortedSetDocValues? _several;
    readonly int[]? _global;

    public KeywordColumn(SearchLeaf leaf, GlobalOrdinals ordinals)
    {
        if (ordinals.ValuesOf(leaf) is not { } values)
            return;
        _global = ordinals.MapOf(leaf);
        _several = values;
        if (DocValues.UnwrapSingleton(values) is { } single)
            _single = leaf.Shard.Columns.Ordinals(leaf.Reader, ordinals.Field, single);
    }

    /// <summary>Whether no document here has more than one value.</summary>
    public bool IsSingle => _several is null || _single is not null;

    /// <summary>The only value of a document, or -1. Only where <see cref="IsSingle"/>.</summary>
    public int Single(int document)
    {
        if (_single is null)
            return -1;
        var ordinal = _single[document];
        return ordinal < 0 || _global is null ? ordinal : _global[ordinal];
    }

    /// <summary>Goes to a document that may have several values, for <see cref="Next"/>.</summary>
    public void MoveTo(int document) => _several!.SetDocument(document);

    /// <summary>The next value, in order, or -1.</summary>
    public int Next()
    {
        var ordinal = _several!.NextOrd();
        return ordinal == SortedSetDocValues.NO_MORE_ORDS ? -1 : _global is null ? (int)ordinal : _global[ordinal];
    }
}
