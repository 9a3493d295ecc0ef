using System.Text;
using System.Text.Json;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Index;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Searching;

/// <summary>Writes <c>docvalue_fields</c>: a hit's values as they are kept for sorting.</summary>
static class HitFields
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<(string Field, string? Format)> fields, in Hit hit)
    {
        var isOpen = false;
        foreach (var (pattern, format) in fields)
        {
            var mapping = hit.Leaf.Shard.Mapping;
            var found = Wildcard.IsPattern(pattern) ? mapping.Matching(pattern)
                : mapping.Find(pattern) is { } one ? [one] : Enumerable.Empty<FieldMapping>();
            foreach (var field in found.Where(static field => field.ExistsByDocValues))
            {
                var values = ValuesOf(field, hit).ToList();
                if (values.Count == 0)
                    continue;
                if (!isOpen)
                    json.WriteStartObject("fields");
                isOpen = true;
                json.WriteStartArray(field.Name);
                foreach (var value in values)
                    WriteValue(json, field, value, format);
                json.WriteEndArray();
            }
        }

        if (isOpen)
            json.WriteEndObject();
    }

    static IEnumerable<object> ValuesOf(FieldMapping field, Hit hit)
    {
        if (field.Type != FieldType.Keyword)
        {
            foreach (var number in new NumericColumn(hit.Leaf, field.Name).Of(hit.Document).ToArray())
                yield return number;
            yield break;
        }

        if (hit.Leaf.Reader.GetSortedSetDocValues(field.Name) is not { } values)
            yield break;
        values.SetDocument(hit.Document);
        for (var ordinal = values.NextOrd(); ordinal != SortedSetDocValues.NO_MORE_ORDS; ordinal = values.NextOrd())
        {
            var bytes = new BytesRef();
            values.LookupOrd(ordinal, bytes);
            yield return Encoding.UTF8.GetString(bytes.Bytes, bytes.Offset, bytes.Length);
        }
    }

    static void WriteValue(Utf8JsonWriter json, FieldMapping field, object value, string? format)
    {
        switch (field.Type)
        {
            case FieldType.Keyword:
                json.WriteStringValue((string)value);
                break;
            case FieldType.Date:
                var dates = format is null ? field.DateFormat : DateFormat.TryCreate(format)
                    ?? throw SearchException.OfShard("illegal_argument_exception", $"Invalid format: [{format}] is not supported by this node");
                json.WriteStringValue(dates.Format((long)value));
                break;
            case FieldType.Boolean:
                json.WriteBooleanValue((long)value != 0);
                break;
            case FieldType.Double or FieldType.Float:
                json.WriteDouble(NumericUtils.SortableInt64ToDouble((long)value));
                break;
            default:
                json.WriteNumberValue((long)value);
                break;
        }
    }
}
