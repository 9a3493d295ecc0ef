using Clickstream.Local.Search.Aggregations;
using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Queries;
using Lucene.Net.Search;

namespace Clickstream.Local.Search.Searching;

/// <summary>
/// Carries out a search: one pass over the documents that the query finds, in which hits are counted, the first of them kept, and all given
/// to the aggregations. Dispose of it when the answer is written.
/// </summary>
sealed class SearchExecution : IDisposable
{
    readonly SearchRequest _request;
    readonly List<SearchShard> _shards;
    readonly List<SearchLeaf> _leaves;
    readonly bool _needsScores;

    SearchExecution(SearchRequest request, List<SearchShard> shards, OrdinalCache ordinals, DateTimeOffset now)
    {
        (_request, _shards, _leaves) = (request, shards, SearchLeaf.Of(shards));
        CheckWindow();
        var sort = request.Sort.Count > 0 ? request.Sort : [new(SortSpec.Score, true)];
        IsSorted = request.Sort.Count > 0 && request.Sort is not [{ Field: SortSpec.Score, IsDescending: true }];
        if (request.Aggregations is { } aggregations)
            Aggregators = AggregationParser.Parse(aggregations, new(shards, _leaves, ordinals, now));
        Keys = [.. sort.Select(spec => SortKey.Create(spec, shards, _leaves, ordinals))];
        _needsScores = request.Size > 0 && Keys.Any(static key => key.NeedsScore);
    }

    public IReadOnlyList<Aggregator> Aggregators { get; } = [];

    public SortKey[] Keys { get; }

    /// <summary>Whether hits are in another order than that of their scores.</summary>
    public bool IsSorted { get; }

    public int ShardCount => _shards.Count;

    /// <summary>How many documents the query finds.</summary>
    public long Total { get; private set; }

    /// <summary>The highest score, or null if none was asked for or nothing was found.</summary>
    public float? MaxScore { get; private set; }

    public IReadOnlyList<Hit> Hits { get; private set; } = [];

    public static SearchExecution Run(SearchRequest request, IEnumerable<SearchIndex> indices, SearchNode node)
    {
        var now = node.Time.GetUtcNow();
        var shards = SearchShard.OpenAll(indices, node.Columns, now);
        try
        {
            var execution = new SearchExecution(request, shards, node.Ordinals, now);
            execution.Run();
            return execution;
        }
        catch
        {
            foreach (var shard in shards)
                shard.Dispose();
            throw;
        }
    }

    /// <summary>The query of a request for an index.</summary>
    public static Query QueryFor(SearchRequest request, SearchShard shard)
    {
        var query = request.Query is { } json ? QueryDsl.Parse(json, shard.Context) : new MatchAllDocsQuery();
        return request.QueryText is { } text ? QueryStringQueries.Parse(text, request.QueryTextOptions, shard.Context) : query;
    }

    public void Dispose()
    {
        foreach (var shard in _shards)
            shard.Dispose();
    }

    void Run()
    {
        var after = ReadSearchAfter();
        var top = _request.Size == 0 ? null : new TopHits(Keys, _request.From + _request.Size, after);
        foreach (var shard in _shards)
        {
            var query = QueryFor(_request, shard);
            if (top is null && Aggregators.Count == 0 && query is MatchAllDocsQuery)
            {
                Total += shard.Reader.NumDocs;
                continue;
            }

            var weight = Matches.WeightOf(shard, query);
            foreach (var leaf in _leaves.Where(leaf => leaf.Shard == shard))
                Visit(leaf, new Matches(leaf, query, weight), top);
        }

        if (top is not null)
            Hits = [.. top.ToList().Skip(_request.From)];
    }

    void Visit(SearchLeaf leaf, Matches matches, TopHits? top)
    {
        top?.SetLeaf(leaf);
        foreach (var aggregator in Aggregators)
            aggregator.SetLeaf(leaf);
        while (matches.MoveNext())
        {
            Total++;
            if (top is not null)
            {
                var score = _needsScores ? matches.Score : float.NaN;
                if (_needsScores && !(score <= MaxScore))
                    MaxScore = score;
                top.Collect(matches.Document, score);
            }

            for (var i = 0; i < Aggregators.Count; i++)
                Aggregators[i].Collect(matches.Document, 0);
        }
    }

    long[]? ReadSearchAfter()
    {
        if (_request.SearchAfter is not { } after)
            return null;
        if (_request.Sort.Count == 0)
            throw SearchException.OfShard("illegal_argument_exception", "Sort must contain at least one field.");
        if (after.GetArrayLength() != Keys.Length)
        {
            throw SearchException.OfShard(
                "illegal_argument_exception", $"search_after has {after.GetArrayLength()} value(s) but sort has {Keys.Length}.");
        }

        return [.. after.EnumerateArray().Select((value, i) => Keys[i].Parse(value))];
    }

    void CheckWindow()
    {
        var limit = _shards.Count == 0 ? int.MaxValue : _shards.Min(static shard => shard.Index.Metadata.Settings.MaxResultWindow);
        var window = (long)_request.From + _request.Size;
        if (window > limit)
        {
            throw SearchException.OfShard(
                "illegal_argument_exception",
                $"Result window is too large, from + size must be less than or equal to: [{limit}] but was [{window}]. See the scroll api for a " +
                "more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.");
        }
    }
}
