using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Indexing;

/// <summary>
/// Makes a document's source into Lucene's fields, in one pass over the JSON and with fields that are used again for the next document.
/// For one thread at a time.
/// </summary>
sealed class DocumentBuilder
{
    readonly List<IIndexableField> _fields = [];
    readonly Dictionary<FieldMapping, FieldSlot> _slots = new(ReferenceEqualityComparer.Instance);
    readonly List<FieldSlot> _used = [];
    readonly StringField _id = new(MetaFields.Id, "", Field.Store.YES);
    readonly StoredField _source = new(MetaFields.Source, new BytesRef());
    readonly NumericDocValuesField _version = new(MetaFields.Version, 0);
    readonly NumericDocValuesField _seqNo = new(MetaFields.SeqNo, 0);
    readonly BytesRef _sourceBytes = new();
    readonly DynamicFields _added = new();

    // Where the names of the objects that are being read are in the source.
    readonly List<(int Start, int Length)> _names = [];
    Mapping _mapping = Mapping.Empty;
    string _documentId = "";

    /// <summary>The fields of the document that was built last; valid until the next one.</summary>
    public IReadOnlyList<IIndexableField> Fields => _fields;

    /// <summary>What the mapping must learn before the document can be indexed, or null if nothing. Then build again.</summary>
    public Mapping? MissingMapping => _added.ToMapping();

    /// <summary>Builds a document.</summary>
    /// <exception cref="SearchException">The source is not JSON, or does not fit the mapping.</exception>
    public void Build(Mapping mapping, string id, ReadOnlyMemory<byte> source)
    {
        Reset(mapping, id);
        _id.SetStringValue(id);
        _sourceBytes.Bytes = MemoryMarshal.TryGetArray(source, out var segment) ? segment.Array! : source.ToArray();
        _sourceBytes.Offset = segment.Array is null ? 0 : segment.Offset;
        _sourceBytes.Length = source.Length;
        _source.SetBytesValue(_sourceBytes);

        var reader = new Utf8JsonReader(source.Span, new JsonReaderOptions { MaxDepth = 128 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw SearchException.MapperParsing("failed to parse", new(
                    400, "not_x_content_exception", "Compressor detection can only be called on some xcontent bytes or compressed xcontent bytes"));
            }

            ReadObject(ref reader, mapping.Root, mapping.Root.Dynamic ?? Dynamic.True);

            // Nothing may come behind it, or it could not be shown among other documents.
            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw SearchException.MapperParsing("failed to parse", SearchException.Json(e.Message));
        }
    }

    /// <summary>Gives the document the version and number under which it is stored.</summary>
    public void Stamp(long version, long seqNo)
    {
        _seqNo.SetInt64Value(seqNo);
        if (version == IndexLookup.FirstVersion)
            return;
        _version.SetInt64Value(version - IndexLookup.FirstVersion);
        _fields.Add(_version);
    }

    void Reset(Mapping mapping, string id)
    {
        // With another mapping come other fields.
        if (!ReferenceEquals(mapping, _mapping))
            _slots.Clear();
        foreach (var slot in _used)
            slot.Reset();
        _used.Clear();
        _fields.Clear();
        _added.Clear();
        _names.Clear();
        (_mapping, _documentId) = (mapping, id);
        _fields.Add(_id);
        _fields.Add(_source);
        _fields.Add(_seqNo);
    }

    void ReadObject(ref Utf8JsonReader reader, ObjectMapping mapping, Dynamic dynamic)
    {
        var hint = 0;
        var outer = _names.Count;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            NoteName(reader, outer);
            if (reader.ValueIsEscaped || reader.ValueSpan.Contains((byte)'.'))
            {
                ReadPath(ref reader, mapping, dynamic, reader.GetString()!);
                continue;
            }

            var name = reader.ValueSpan;
            if (mapping.Name.Length == 0 && name is [(byte)'_', ..])
                MetaFields.RequireNone(Encoding.UTF8.GetString(name));
            if (mapping.FindField(name, ref hint) is { } field)
            {
                reader.Read();
                ReadValues(ref reader, field);
            }
            else
            {
                ReadOther(ref reader, mapping, dynamic, Encoding.UTF8.GetString(name));
            }
        }

        _names.RemoveRange(outer, _names.Count - outer);
    }

    // OpenSearch refuses an object that has a name twice. Objects have few names: comparing them costs less than a set.
    void NoteName(in Utf8JsonReader reader, int outer)
    {
        var name = reader.ValueSpan;
        foreach (var (start, length) in CollectionsMarshal.AsSpan(_names)[outer..])
        {
            if (name.SequenceEqual(_sourceBytes.Bytes.AsSpan(_sourceBytes.Offset + start, length)))
                throw SearchException.MapperParsing("failed to parse", SearchException.Json($"Duplicate field '{Encoding.UTF8.GetString(name)}'"));
        }

        // Behind the quote.
        _names.Add(((int)reader.TokenStartIndex + 1, name.Length));
    }

    // "a.b" means the b within a.
    void ReadPath(ref Utf8JsonReader reader, ObjectMapping mapping, Dynamic dynamic, string path)
    {
        var parts = path.Split('.');
        if (parts.Any(string.IsNullOrWhiteSpace))
            throw SearchException.IllegalArgument($"field name cannot contain only whitespace or end with a dot: ['{path}']");
        foreach (var part in parts[..^1])
        {
            mapping = mapping.Objects.TryGetValue(part, out var inner)
                ? inner
                : mapping.Fields.ContainsKey(part) ? throw NotAnObject(mapping.PathOf(part)) : ObjectMapping.Empty(mapping.PathOf(part));
            dynamic = mapping.Dynamic ?? dynamic;
        }

        if (mapping.Fields.TryGetValue(parts[^1], out var field))
        {
            reader.Read();
            ReadValues(ref reader, field);
        }
        else
        {
            ReadOther(ref reader, mapping, dynamic, parts[^1]);
        }
    }

    // An object that is known, or something that is new.
    void ReadOther(ref Utf8JsonReader reader, ObjectMapping mapping, Dynamic dynamic, string name)
    {
        var path = mapping.PathOf(name);
        reader.Read();
        if (mapping.Objects.TryGetValue(name, out var inner))
        {
            ReadInner(ref reader, inner, inner.Dynamic ?? dynamic, name);
            return;
        }

        if (reader.TokenType == JsonTokenType.Null)
            return;
        switch (dynamic)
        {
            case Dynamic.Strict:
                throw new SearchException(
                    400,
                    "strict_dynamic_mapping_exception",
                    $"mapping set to strict, dynamic introduction of [{name}] within [{(mapping.Name.Length == 0 ? "_doc" : mapping.Name)}] is not allowed");
            case Dynamic.False:
                reader.Skip();
                return;
            default:
                Learn(ref reader, path, dynamic);
                return;
        }
    }

    void ReadInner(ref Utf8JsonReader reader, ObjectMapping mapping, Dynamic dynamic, string name)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadObject(ref reader, mapping, dynamic);
                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    ReadInner(ref reader, mapping, dynamic, name);
                break;
            case JsonTokenType.Null:
                break;
            default:
                throw SearchException.MapperParsing(
                    $"object mapping for [{mapping.Name}] tried to parse field [{name}] as object, but found a concrete value");
        }
    }

    void Learn(ref Utf8JsonReader reader, string path, Dynamic dynamic)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _added.AddObject(path);
                ReadObject(ref reader, ObjectMapping.Empty(path), dynamic);
                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    Learn(ref reader, path, dynamic);
                break;
            case JsonTokenType.Null:
                break;
            default:
                _added.AddField(DynamicMapping.FieldFor(path, ref reader, _mapping.DetectsDates));
                break;
        }
    }

    void ReadValues(ref Utf8JsonReader reader, FieldMapping field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    ReadValues(ref reader, field);
                break;
            case JsonTokenType.Null:
                break;
            case JsonTokenType.StartObject:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                throw BadValue(field, "{...}", new(400, "illegal_state_exception", $"Can't get text on a START_OBJECT at 1:{start + 1}"));
            default:
                AddValue(ref reader, field);
                break;
        }
    }

    void AddValue(ref Utf8JsonReader reader, FieldMapping field)
    {
        AddTo(ref reader, field);
        foreach (var inner in field.Fields)
            AddTo(ref reader, inner);
    }

    void AddTo(ref Utf8JsonReader reader, FieldMapping field)
    {
        var slot = SlotOf(field);
        try
        {
            slot.Add(ref reader, _fields);
        }
        catch (FormatException e)
        {
            var preview = reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
            throw BadValue(field, preview, new(400, "illegal_argument_exception", e.Message));
        }
    }

    FieldSlot SlotOf(FieldMapping field)
    {
        if (!_slots.TryGetValue(field, out var slot))
            _slots.Add(field, slot = FieldSlot.For(field));
        if (slot.Count == 0)
            _used.Add(slot);
        return slot;
    }

    SearchException BadValue(FieldMapping field, string preview, SearchException cause) => SearchException.MapperParsing(
        $"failed to parse field [{field.Name}] of type [{field.Type.Name()}] in document with id '{_documentId}'. Preview of field's value: '{preview}'",
        cause);

    static SearchException NotAnObject(string path) => SearchException.MapperParsing(
        $"Could not dynamically add mapping for field [{path}]. Existing mapping for [{path}] must be of type object but found a concrete field.");
}
