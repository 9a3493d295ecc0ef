using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.Util;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Indexing;

/// <summary>How text becomes terms: OpenSearch's standard analyzer, which has no stop words.</summary>
static class TextAnalysis
{
    public static Analyzer Analyzer { get; } = new StandardAnalyzer(LuceneVersion.LUCENE_48, CharArraySet.Empty);
}
