using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Searching;

/// <summary>The documents of a segment that a query finds, in order. Scores are computed only when asked for.</summary>
struct Matches
{
    readonly Scorer? _scorer;
    readonly IBits? _live;
    readonly int _end;
    readonly float _constantScore;

    public Matches(SearchLeaf leaf, Query query, Weight? weight)
    {
        Document = -1;
        _live = leaf.Reader.LiveDocs;
        if (query is MatchAllDocsQuery)
        {
            _end = leaf.Reader.MaxDoc;
            _constantScore = query.Boost;
        }
        else
        {
            _scorer = weight!.GetScorer(leaf.Context, _live);
        }
    }

    public int Document { get; private set; }

    public readonly float Score => _scorer?.GetScore() ?? _constantScore;

    /// <summary>The query's weight, or null for one that needs none.</summary>
    public static Weight? WeightOf(SearchShard shard, Query query) =>
        query is MatchAllDocsQuery ? null : shard.Searcher.CreateNormalizedWeight(query);

    public bool MoveNext()
    {
        if (_scorer is not null)
            return (Document = _scorer.NextDoc()) != DocIdSetIterator.NO_MORE_DOCS;
        do
        {
            Document++;
        }
        while (Document < _end && _live is not null && !_live.Get(Document));
        return Document < _end;
    }
}
