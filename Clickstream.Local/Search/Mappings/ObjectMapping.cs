namespace Clickstream.Local.Search.Mappings;

/// <summary>What becomes of a field that no mapping names.</summary>
enum Dynamic
{
    /// <summary>It gets one.</summary>
    True,

    /// <summary>It is kept in the source and not indexed.</summary>
    False,

    /// <summary>The document is refused.</summary>
    Strict,
}

/// <summary>An object: fields and further objects by name. Immutable.</summary>
sealed class ObjectMapping(
    string name, Dynamic? dynamic, IReadOnlyDictionary<string, FieldMapping> fields, IReadOnlyDictionary<string, ObjectMapping> objects)
{
    readonly FieldMapping[] _fields = [.. fields.Values];

    /// <summary>The path from the root, empty for the root itself.</summary>
    public string Name { get; } = name;

    /// <summary>Null: as the object around it.</summary>
    public Dynamic? Dynamic { get; } = dynamic;

    public IReadOnlyDictionary<string, FieldMapping> Fields { get; } = fields;

    public IReadOnlyDictionary<string, ObjectMapping> Objects { get; } = objects;

    public static ObjectMapping Empty(string name) =>
        new(name, null, new Dictionary<string, FieldMapping>(), new Dictionary<string, ObjectMapping>());

    public string PathOf(string child) => Name.Length == 0 ? child : $"{Name}.{child}";

    /// <summary>Finds a field by its name as it stands in a document. Looks first behind the last one found: documents are alike.</summary>
    public FieldMapping? FindField(ReadOnlySpan<byte> utf8Name, ref int hint)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            var at = hint + i;
            if (at >= _fields.Length)
                at -= _fields.Length;
            if (utf8Name.SequenceEqual(_fields[at].Utf8ShortName))
            {
                hint = at + 1 == _fields.Length ? 0 : at + 1;
                return _fields[at];
            }
        }

        return null;
    }

    public ObjectMapping WithField(string child, FieldMapping field) =>
        new(Name, Dynamic, new Dictionary<string, FieldMapping>(Fields) { [child] = field }, Objects);

    public ObjectMapping WithObject(string child, ObjectMapping inner) =>
        new(Name, Dynamic, Fields, new Dictionary<string, ObjectMapping>(Objects) { [child] = inner });
}
