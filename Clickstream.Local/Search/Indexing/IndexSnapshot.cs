using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Clickstream.Local.Search.Indexing;

/// <summary>A state of an index that a search looks at, held open until it is disposed of.</summary>
sealed class IndexSnapshot(DirectoryReader reader) : IDisposable
{
    public DirectoryReader Reader { get; } = reader;

    public IndexSearcher CreateSearcher() => new(Reader) { Similarity = ScoredAsOpenSearch.Instance };

    public void Dispose() => Reader.DecRef();
}
