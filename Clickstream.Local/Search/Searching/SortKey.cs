using System.Text.Json;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Searching;

/// <summary>
/// A key that hits are sorted by. Every value is a long of which the smaller comes first, so a descending key has its complement.
/// </summary>
abstract class SortKey(bool isDescending)
{
    public virtual bool NeedsScore => false;

    public abstract void SetLeaf(SearchLeaf leaf);

    /// <summary>The key of a document of the present segment.</summary>
    public abstract long KeyOf(int document, float score);

    /// <summary>The key of a value that a client gives back to go on behind it.</summary>
    public abstract long Parse(JsonElement value);

    /// <summary>The value as a hit shows it.</summary>
    public abstract void Write(Utf8JsonWriter json, long key);

    protected long Ordered(long value) => isDescending ? ~value : value;

    /// <exception cref="SearchException">An index has no such field, or one that cannot be sorted by.</exception>
    public static SortKey Create(SortSpec spec, IReadOnlyList<SearchShard> shards, IReadOnlyList<SearchLeaf> leaves, OrdinalCache cache)
    {
        switch (spec.Field)
        {
            case SortSpec.Score:
                return new ScoreKey(spec.IsDescending);
            case SortSpec.Doc:
                return new DocKey(spec.IsDescending);
            case MetaFields.Id:
                return new KeywordKey(spec, GlobalOrdinals.For(MetaFields.Id, leaves, cache));
        }

        FieldMapping? field = null;
        foreach (var shard in shards)
        {
            if (shard.Mapping.Find(spec.Field) is { } found)
            {
                DocValueFields.Require(found);
                field ??= found;
            }
            else if (spec.UnmappedType is null)
            {
                throw new SearchException(400, "query_shard_exception", $"No mapping found for [{spec.Field}] in order to sort on")
                {
                    IsOfShard = true,
                    Details = [new("index", shard.Index.Name), new("index_uuid", shard.Index.Metadata.Uuid)],
                };
            }
        }

        field ??= FieldMapping.Create(spec.Field, FieldTypes.Find(spec.UnmappedType ?? "long") ?? FieldType.Long);
        return field.Type == FieldType.Keyword
            ? new KeywordKey(spec, GlobalOrdinals.For(field.Name, leaves, cache))
            : new NumericKey(spec, field);
    }

    sealed class NumericKey : SortKey
    {
        readonly FieldMapping _field;
        readonly bool _isDescending;
        readonly long _missing;
        NumericColumn _values;

        public NumericKey(SortSpec spec, FieldMapping field)
            : base(spec.IsDescending)
        {
            (_field, _isDescending) = (field, spec.IsDescending);
            var text = spec.Missing is { } missing ? JsonBody.Text(missing) : null;
            _missing = text is null or "_last" or "_first"
                ? Extreme(field.Type, isLargest: spec.IsDescending == (text == "_first"))
                : Read(text);
        }

        public override void SetLeaf(SearchLeaf leaf) => _values = new(leaf, _field.Name, _missing);

        public override long KeyOf(int document, float score)
        {
            // Of several the smallest counts or, descending, the largest.
            var values = _values.Of(document);
            return Ordered(_isDescending ? values[^1] : values[0]);
        }

        public override long Parse(JsonElement value) =>
            Ordered(JsonBody.Text(value) is not { } text ? _missing
                : value.ValueKind == JsonValueKind.Number && _field.Type == FieldType.Date && value.TryGetInt64(out var millis) ? millis
                : Read(text));

        public override void Write(Utf8JsonWriter json, long key)
        {
            var value = Ordered(key);
            switch (_field.Type)
            {
                case FieldType.Double:
                    json.WriteDouble(NumericUtils.SortableInt64ToDouble(value));
                    break;
                case FieldType.Float:
                    json.WriteFloat((float)NumericUtils.SortableInt64ToDouble(value));
                    break;
                default:
                    json.WriteNumberValue(value);
                    break;
            }
        }

        long Read(string text)
        {
            try
            {
                if (_field.Type.IsFloatingPoint())
                    return NumericUtils.DoubleToSortableInt64(NumericValue.ParseDouble(text));
                return _field.Type == FieldType.Boolean && text is "0" or "1" || long.TryParse(text, out _) && _field.Type != FieldType.Date
                    ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
                    : NumericValue.Parse(_field, text, coerce: true);
            }
            catch (FormatException e)
            {
                throw SearchException.OfShard("illegal_argument_exception", $"Failed to parse search_after value for field [{_field.Name}].", SearchException.IllegalArgument(e.Message));
            }
        }

        // As OpenSearch shows them.
        static long Extreme(FieldType type, bool isLargest) => type switch
        {
            FieldType.Double or FieldType.Float => NumericUtils.DoubleToSortableInt64(isLargest ? double.PositiveInfinity : double.NegativeInfinity),
            FieldType.Long or FieldType.Date => isLargest ? long.MaxValue : long.MinValue,
            _ => isLargest ? int.MaxValue : int.MinValue,
        };
    }

    sealed class KeywordKey : SortKey
    {
        // A keyword's key is twice its number, which leaves room between two for one that is not there.
        readonly GlobalOrdinals _ordinals;
        readonly bool _isDescending;
        readonly long _missing;
        readonly string? _missingText;
        KeywordColumn _values;

        public KeywordKey(SortSpec spec, GlobalOrdinals ordinals)
            : base(spec.IsDescending)
        {
            (_ordinals, _isDescending) = (ordinals, spec.IsDescending);
            var text = spec.Missing is { } missing ? JsonBody.Text(missing) : null;
            if (text is null or "_last" or "_first")
                _missing = text == "_first" ? long.MinValue : long.MaxValue;
            else
                _missing = KeyOfText(_missingText = text);
        }

        public override void SetLeaf(SearchLeaf leaf) => _values = new(leaf, _ordinals);

        public override long KeyOf(int document, float score)
        {
            var ordinal = -1;
            if (_values.IsSingle)
            {
                ordinal = _values.Single(document);
            }
            else
            {
                // Of several the smallest counts or, descending, the largest.
                _values.MoveTo(document);
                for (var next = _values.Next(); next >= 0; next = _isDescending ? _values.Next() : -1)
                    ordinal = next;
            }

            return ordinal < 0 ? _missing : Ordered(2L * ordinal);
        }

        public override long Parse(JsonElement value) => JsonBody.Text(value) is { } text ? KeyOfText(text) : _missing;

        public override void Write(Utf8JsonWriter json, long key)
        {
            if (key == _missing)
                json.WriteStringValue(_missingText);
            else
                json.WriteStringValue(_ordinals.Lookup((int)(Ordered(key) / 2)));
        }

        long KeyOfText(string text)
        {
            var ordinal = _ordinals.Find(text);
            return Ordered(ordinal >= 0 ? 2L * ordinal : (2L * ~ordinal) - 1);
        }
    }

    sealed class ScoreKey(bool isDescending) : SortKey(isDescending)
    {
        public override bool NeedsScore => true;

        public override void SetLeaf(SearchLeaf leaf)
        {
            // The score comes with the document.
        }

        public override long KeyOf(int document, float score) => Ordered(NumericUtils.SingleToSortableInt32(score));

        public override long Parse(JsonElement value) => Ordered(NumericUtils.SingleToSortableInt32(value.GetSingle()));

        public override void Write(Utf8JsonWriter json, long key) => json.WriteFloat(NumericUtils.SortableInt32ToSingle((int)Ordered(key)));
    }

    sealed class DocKey(bool isDescending) : SortKey(isDescending)
    {
        int _base;

        public override void SetLeaf(SearchLeaf leaf) => _base = leaf.Context.DocBase;

        public override long KeyOf(int document, float score) => Ordered(_base + document);

        public override long Parse(JsonElement value) => Ordered(JsonBody.Int(value, "search_after"));

        public override void Write(Utf8JsonWriter json, long key) => json.WriteNumberValue(Ordered(key));
    }
}
