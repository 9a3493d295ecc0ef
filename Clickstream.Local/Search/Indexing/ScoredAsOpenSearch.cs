using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;

namespace Clickstream.Local.Search.Indexing;

/// <summary>
/// BM25 as later versions of Lucene compute it, so that scores are those of an OpenSearch: without the constant factor k1 + 1, and over
/// the documents that have the field.
/// </summary>
sealed class ScoredAsOpenSearch : BM25Similarity
{
    const float K1 = 1.2f;

    public static readonly ScoredAsOpenSearch Instance = new();

    ScoredAsOpenSearch()
        : base(K1, 0.75f)
    {
    }

    public override Explanation IdfExplain(CollectionStatistics collectionStats, TermStatistics termStats)
    {
        var documents = collectionStats.DocCount == -1 ? collectionStats.MaxDoc : collectionStats.DocCount;
        return new(Idf(termStats.DocFreq, documents), "idf");
    }

    protected override float Idf(long docFreq, long numDocs) =>
        (float)(Math.Log(1 + ((numDocs - docFreq + 0.5) / (docFreq + 0.5))) / (K1 + 1));
}
