using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>The values of a document as numbers that stand for terms: keywords by their ordinals, all others by themselves.</summary>
abstract class TermValues
{
    /// <summary>What the numbers are below, if they are.</summary>
    public abstract int? Count { get; }

    public long Current { get; protected set; }

    public static TermValues For(FieldMapping field, string? missing, AggregationContext context) => field.Type == FieldType.Keyword
        ? new Keywords(context.OrdinalsOf(field), missing)
        : new Numbers(field, missing is null ? null : NumericValue.Parse(field, missing, coerce: true));

    public abstract void SetLeaf(SearchLeaf leaf);

    /// <summary>Goes to a document's first value; false if it has none.</summary>
    public abstract bool MoveTo(int document);

    public abstract bool MoveNext();

    public abstract int Compare(long a, long b);

    public abstract string TextOf(long value);

    sealed class Numbers(FieldMapping field, long? missing) : TermValues
    {
        NumericColumn _values;
        int _document;
        int _next;

        public override int? Count => @field.Type == FieldType.Boolean ? 2 : null;

        public override void SetLeaf(SearchLeaf leaf) => _values = new(leaf, field.Name, missing);

        public override bool MoveTo(int document)
        {
            var values = _values.Of(document);
            if (values.IsEmpty)
                return false;
            (_document, _next, Current) = (document, 1, values[0]);
            return true;
        }

        public override bool MoveNext()
        {
            // Values are in order, and a term has a document once.
            var values = _values.Of(_document);
            while (_next < values.Length)
            {
                if (values[_next++] is var value && value != Current)
                {
                    Current = value;
                    return true;
                }
            }

            return false;
        }

        public override int Compare(long a, long b) => a.CompareTo(b);

        public override string TextOf(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    sealed class Keywords : TermValues
    {
        readonly GlobalOrdinals _ordinals;
        readonly string? _missing;

        // The number of what stands for a missing value: its own if it is a keyword of the field, else the one behind all of them.
        readonly int _missingOrdinal = -1;
        readonly int _missingPlace;
        // The values of one document are read before any is given out: an aggregation below may read the same field.
        readonly List<int> _several = [];
        KeywordColumn _values;
        int _next;

        public Keywords(GlobalOrdinals ordinals, string? missing)
        {
            (_ordinals, _missing) = (ordinals, missing);
            if (missing is null)
                return;
            var found = ordinals.Find(missing);
            _missingOrdinal = found >= 0 ? found : ordinals.Count;
            _missingPlace = found >= 0 ? found : ~found;
        }

        public override int? Count => _ordinals.Count + 1;

        public override void SetLeaf(SearchLeaf leaf) => _values = new(leaf, _ordinals);

        public override bool MoveTo(int document)
        {
            _several.Clear();
            if (_values.IsSingle)
            {
                Current = _values.Single(document);
            }
            else
            {
                _values.MoveTo(document);
                for (var ordinal = _values.Next(); ordinal >= 0; ordinal = _values.Next())
                    _several.Add(ordinal);
                Current = _several.Count > 0 ? _several[0] : -1;
            }

            if (Current < 0)
                Current = _missingOrdinal;
            _next = 1;
            return Current >= 0;
        }

        public override bool MoveNext()
        {
            if (_next >= _several.Count)
                return false;
            Current = _several[_next++];
            return true;
        }

        public override int Compare(long a, long b) => Place(a).CompareTo(Place(b));

        public override string TextOf(long value) => value == _ordinals.Count ? _missing! : _ordinals.Lookup((int)value);

        long Place(long ordinal) => ordinal == _ordinals.Count ? (2L * _missingPlace) - 1 : 2 * ordinal;
    }
}
