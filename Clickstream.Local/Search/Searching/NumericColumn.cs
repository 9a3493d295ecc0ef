using Clickstream.Local.Search.Mappings;

namespace Clickstream.Local.Search.Searching;

/// <summary>The values of a number's, date's or boolean's field in one segment.</summary>
readonly struct NumericColumn
{
    readonly NumberValues? _values;
    readonly long[] _missing = [];

    /// <summary>Reads the field's column; <paramref name="missing"/> stands for a value that is not there, if anything does.</summary>
    public NumericColumn(SearchLeaf leaf, string field, long? missing = null)
    {
        if (missing is { } value)
            _missing = [value];
        if (leaf.Shard.Mapping.Find(field) is { HasDocValues: true } mapping && mapping.Type.IsNumeric())
            _values = leaf.Shard.Columns.Numbers(leaf.Reader, field);
    }

    /// <summary>A document's values, in order: mostly one or none.</summary>
    public ReadOnlySpan<long> Of(int document)
    {
        var values = _values is null ? default : _values.Of(document);
        return values.IsEmpty ? _missing : values;
    }
}
