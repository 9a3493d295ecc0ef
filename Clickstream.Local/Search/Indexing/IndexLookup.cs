using System.Text;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Indexing;

/// <summary>Finds documents by their ids in what Lucene shows of an index.</summary>
static class IndexLookup
{
    /// <summary>What a document has that was written once.</summary>
    public const long FirstVersion = 1;

    /// <summary>The version of a document, or null if it is not there.</summary>
    public static DocumentVersion? FindVersion(DirectoryReader reader, string id) =>
        Find(reader, id) is var (leaf, document) && leaf is not null
            ? new DocumentVersion(Version(leaf, document), SeqNo(leaf, document), IsDeleted: false)
            : null;

    public static StoredDocument? FindDocument(DirectoryReader reader, string id)
    {
        var (leaf, document) = Find(reader, id);
        if (leaf is null)
            return null;
        var stored = new StoredFields();
        leaf.Document(document, stored);
        return new(id, stored.Source, Version(leaf, document), SeqNo(leaf, document));
    }

    public static long Version(AtomicReader leaf, int document) =>
        FirstVersion + (leaf.GetNumericDocValues(MetaFields.Version)?.Get(document) ?? 0);

    public static long SeqNo(AtomicReader leaf, int document) => leaf.GetNumericDocValues(MetaFields.SeqNo).Get(document);

    /// <summary>Calls back for every id that is among the terms, of deleted documents too.</summary>
    public static void ForEachId(DirectoryReader reader, Action<string> onId)
    {
        foreach (var leaf in reader.Leaves)
        {
            if (leaf.AtomicReader.GetTerms(MetaFields.Id) is not { } terms)
                continue;
            var ids = terms.GetEnumerator();
            while (ids.MoveNext())
                onId(Encoding.UTF8.GetString(ids.Term.Bytes, ids.Term.Offset, ids.Term.Length));
        }
    }

    /// <summary>The highest number of an operation that left a document, or -1.</summary>
    public static long MaxSeqNo(DirectoryReader reader)
    {
        var max = -1L;
        foreach (var leaf in reader.Leaves)
        {
            var numbers = leaf.AtomicReader.GetNumericDocValues(MetaFields.SeqNo);
            for (var document = 0; numbers is not null && document < leaf.AtomicReader.MaxDoc; document++)
                max = Math.Max(max, numbers.Get(document));
        }

        return max;
    }

    static (AtomicReader? Leaf, int Document) Find(DirectoryReader reader, string id)
    {
        var bytes = new BytesRef(id);
        var leaves = reader.Leaves;
        for (var i = leaves.Count - 1; i >= 0; i--)
        {
            var leaf = leaves[i].AtomicReader;
            if (leaf.GetTerms(MetaFields.Id) is not { } terms)
                continue;
            var ids = terms.GetEnumerator();
            if (!ids.SeekExact(bytes))
                continue;
            var documents = ids.Docs(leaf.LiveDocs, null, DocsFlags.NONE);
            var document = documents.NextDoc();
            if (document != DocIdSetIterator.NO_MORE_DOCS)
                return (leaf, document);
        }

        return default;
    }
}
