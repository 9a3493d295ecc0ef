using Clickstream.Local.Search.Mappings;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Searching;

/// <summary>The values of a number's, date's or boolean's field in one segment.</summary>
readonly struct NumericColumn
{
    readonly long[]? _values;
    readonly IBits? _present;
    readonly long? _missing;

    /// <summary><paramref name="missing"/>: What stands for a value that is not there, if anything does.</summary>
    public NumericColumn(SearchLeaf leaf, string field, long? missing = null)
    {
        _missing = missing;
        if (leaf.Shard.Mapping.Find(field) is not { HasDocValues: true } mapping || !mapping.Type.IsNumeric())
            return;
        _values = leaf.Shard.Columns.Numbers(leaf.Reader, field);
        _present = leaf.Reader.GetDocsWithField(field);
    }

    public bool TryGet(int document, out long value)
    {
        if (_values is not null)
        {
            // What is not there reads as 0.
            value = _values[document];
            if (value != 0 || _present!.Get(document))
                return true;
        }

        value = _missing.GetValueOrDefault();
        return _missing.HasValue;
    }
}
