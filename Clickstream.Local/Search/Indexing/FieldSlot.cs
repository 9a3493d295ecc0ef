using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Util;
using FieldType = Clickstream.Local.Search.Mappings.FieldType;

namespace Clickstream.Local.Search.Indexing;

/// <summary>The Lucene fields that a field of the mapping becomes, kept for the next document.</summary>
abstract class FieldSlot
{
    /// <summary>How many values the document has so far.</summary>
    public int Count { get; protected set; }

    public static FieldSlot For(FieldMapping field) => field.Type switch
    {
        FieldType.Keyword => new KeywordSlot(field),
        FieldType.Text => new TextSlot(field),
        _ => new NumericSlot(field),
    };

    public void Reset() => Count = 0;

    /// <summary>Adds the value that the reader stands on.</summary>
    /// <exception cref="FormatException">It is none of the field's type.</exception>
    public abstract void Add(ref Utf8JsonReader reader, List<IIndexableField> document);

    /// <summary>Makes known that the document has the field, where no doc values do.</summary>
    protected void AddName(FieldMapping field, List<IIndexableField> document)
    {
        if (Count == 0 && !field.ExistsByDocValues)
            document.Add(new StringField(MetaFields.FieldNames, field.Name, Field.Store.NO));
        Count++;
    }

    protected static string TextOf(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);

    sealed class KeywordSlot(FieldMapping field) : FieldSlot
    {
        // Lucene's own limit for a term.
        const int MaxBytes = 32_766;

        readonly List<StringField> _terms = [];
        readonly List<(SortedSetDocValuesField Field, BytesRef Bytes)> _values = [];

        public override void Add(ref Utf8JsonReader reader, List<IIndexableField> document)
        {
            var text = TextOf(ref reader);
            if (text.Length > field.IgnoreAbove)
                return;
            var at = Count;
            AddName(field, document);
            if (at == _values.Count)
            {
                _terms.Add(new(field.Name, "", Field.Store.NO));
                var bytes = new BytesRef(64);
                _values.Add((new(field.Name, bytes), bytes));
            }

            var (values, term) = (_values[at], _terms[at]);
            values.Bytes.CopyChars(text);
            if (values.Bytes.Length > MaxBytes)
            {
                throw SearchException.IllegalArgument(
                    $"Document contains at least one immense term in field=\"{field.Name}\" (whose UTF8 encoding is longer than the max length {MaxBytes})");
            }

            if (field.IsIndexed)
            {
                term.SetStringValue(text);
                document.Add(term);
            }

            if (field.HasDocValues)
                document.Add(values.Field);
        }
    }

    sealed class TextSlot(FieldMapping field) : FieldSlot
    {
        readonly List<TextField> _texts = [];

        public override void Add(ref Utf8JsonReader reader, List<IIndexableField> document)
        {
            var at = Count;
            AddName(field, document);
            if (!field.IsIndexed)
                return;
            if (at == _texts.Count)
                _texts.Add(new(field.Name, "", Field.Store.NO));
            _texts[at].SetStringValue(TextOf(ref reader));
            document.Add(_texts[at]);
        }
    }

    sealed class NumericSlot(FieldMapping field) : FieldSlot
    {
        readonly Lucene.Net.Documents.FieldType _type = new(Int64Field.TYPE_NOT_STORED) { NumericPrecisionStep = field.PrecisionStep };
        readonly List<Int64Field> _terms = [];
        readonly List<long> _sorted = [];
        readonly NumericDocValuesField _first = new(field.Name, 0);
        readonly BytesRef _severalBytes = new();
        readonly BinaryDocValuesField _several = new(field.Name + MetaFields.SeveralSuffix, new BytesRef());

        public override void Add(ref Utf8JsonReader reader, List<IIndexableField> document)
        {
            if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty && field.Type != FieldType.Boolean)
            {
                if (field.Type == FieldType.Date)
                    throw new FormatException("cannot parse empty date");
                return;
            }

            var value = Read(ref reader);
            var at = Count;
            AddName(field, document);
            if (field.HasNumberTerms)
                AddTerm(at, value, document);
            if (field.HasDocValues)
                AddDocValue(at, value, document);
        }

        void AddTerm(int at, long value, List<IIndexableField> document)
        {
            if (at == _terms.Count)
                _terms.Add(new(field.Name, 0, _type));
            _terms[at].SetInt64Value(value);
            document.Add(_terms[at]);
        }

        // The smallest is the field's own doc value; of several, all are kept beside it, in order.
        void AddDocValue(int at, long value, List<IIndexableField> document)
        {
            if (at == 0)
            {
                _sorted.Clear();
                document.Add(_first);
            }
            else if (at == 1)
            {
                document.Add(_several);
            }

            var place = _sorted.BinarySearch(value);
            _sorted.Insert(place < 0 ? ~place : place, value);
            _first.SetInt64Value(_sorted[0]);
            if (at == 0)
                return;
            _severalBytes.Bytes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_sorted)).ToArray();
            _severalBytes.Length = _severalBytes.Bytes.Length;
            _several.SetBytesValue(_severalBytes);
        }

        long Read(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Number when field.Type != FieldType.Boolean:
                    // Four digits are a year to the default format.
                    if (field.Type == FieldType.Date
                            ? ReferenceEquals(field.DateFormat, DateFormat.Default) && reader.ValueSpan.Length > 4
                            : field.Type == FieldType.Long)
                    {
                        if (reader.TryGetInt64(out var whole))
                            return whole;
                    }

                    break;
                case JsonTokenType.True when field.Type == FieldType.Boolean:
                    return 1;
                case JsonTokenType.False when field.Type == FieldType.Boolean:
                    return 0;
            }

            return NumericValue.Parse(field, TextOf(ref reader), coerce: true);
        }
    }
}
