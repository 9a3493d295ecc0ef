using Clickstream.Local.Search.Mappings;

namespace Clickstream.Local.Search.Searching;

/// <summary>Which fields can be sorted by and aggregated.</summary>
static class DocValueFields
{
    /// <exception cref="SearchException">This one cannot.</exception>
    public static void Require(FieldMapping field)
    {
        if (field.Type == FieldType.Text)
        {
            throw SearchException.OfShard(
                "illegal_argument_exception",
                "Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these " +
                "operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on " +
                $"[{field.Name}] in order to load field data by uninverting the inverted index. Note that this can use significant memory.");
        }

        if (!field.HasDocValues)
        {
            throw SearchException.OfShard(
                "illegal_argument_exception",
                $"Can't load fielddata on [{field.Name}] because fielddata is unsupported on fields of type [{field.Type.Name()}]. Use doc values instead.");
        }
    }
}
