using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Queries;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Clickstream.Local.Search.Searching;

/// <summary>One of the indices that a request searches, as it was when the search began.</summary>
sealed class SearchShard : IDisposable
{
    readonly IndexSnapshot _snapshot;

    SearchShard(SearchIndex index, ColumnCache columns, DateTimeOffset now)
    {
        (Index, Columns) = (index, columns);
        _snapshot = index.AcquireForSearch();
        Context = new(index.Metadata.Mapping, columns, now);
        Searcher = _snapshot.CreateSearcher();
    }

    public SearchIndex Index { get; }

    public ColumnCache Columns { get; }

    public QueryContext Context { get; }

    public IndexSearcher Searcher { get; }

    public Mapping Mapping => Context.Mapping;

    public DirectoryReader Reader => _snapshot.Reader;

    /// <summary>Opens all or none.</summary>
    public static List<SearchShard> OpenAll(IEnumerable<SearchIndex> indices, ColumnCache columns, DateTimeOffset now)
    {
        var shards = new List<SearchShard>();
        try
        {
            foreach (var index in indices)
                shards.Add(new(index, columns, now));
            return shards;
        }
        catch
        {
            foreach (var shard in shards)
                shard.Dispose();
            throw;
        }
    }

    public void Dispose() => _snapshot.Dispose();
}

/// <summary>
/// A segment of a shard: what Lucene searches at a time. <paramref name="Ordinal"/>: Its place among all segments of the request.
/// </summary>
sealed record SearchLeaf(SearchShard Shard, AtomicReaderContext Context, int Ordinal)
{
    public AtomicReader Reader => Context.AtomicReader;

    public static List<SearchLeaf> Of(IEnumerable<SearchShard> shards)
    {
        var leaves = new List<SearchLeaf>();
        foreach (var shard in shards)
        {
            foreach (var context in shard.Reader.Leaves)
                leaves.Add(new(shard, context, leaves.Count));
        }

        return leaves;
    }
}
