using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Queries;

/// <summary>
/// Documents with a number that passes a test, found by looking at each one's: a million are some milliseconds, and numbers need no terms
/// then, which would be most of what indexing costs.
/// </summary>
/// <param name="field">A field of numbers, dates or booleans that has doc values.</param>
/// <param name="columns">The values.</param>
/// <param name="test">What a value must pass; of a document that has several, one of them.</param>
sealed class NumberFilter(FieldMapping field, ColumnCache columns, Func<long, bool> test) : Filter
{
    public override DocIdSet? GetDocIdSet(AtomicReaderContext context, IBits acceptDocs) =>
        columns.Numbers(context.AtomicReader, field.Name) is { } values ? new Documents(values, test, acceptDocs) : null;

    public override string ToString() => $"{field.Name}:number";

    sealed class Documents(NumberValues values, Func<long, bool> test, IBits acceptDocs) : FieldCacheDocIdSet(values.First.Length, acceptDocs)
    {
        protected override bool MatchDoc(int doc)
        {
            foreach (var value in values.Of(doc))
            {
                if (test(value))
                    return true;
            }

            return false;
        }
    }
}
