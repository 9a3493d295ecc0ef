using Clickstream.Local.Search.Mappings;

namespace Clickstream.Local.Search.Indexing;

/// <summary>Fields that a document has and its mapping does not.</summary>
sealed class DynamicFields
{
    readonly Dictionary<string, FieldMapping?> _byPath = new(StringComparer.Ordinal);

    public void Clear() => _byPath.Clear();

    /// <summary>The first value decides what a field becomes.</summary>
    public void AddField(FieldMapping field)
    {
        if (_byPath.GetValueOrDefault(field.Name) is null)
            _byPath[field.Name] = field;
    }

    public void AddObject(string path) => _byPath.TryAdd(path, null);

    /// <summary>A mapping of just these fields, or null if there are none.</summary>
    public Mapping? ToMapping()
    {
        if (_byPath.Count == 0)
            return null;
        var root = ObjectMapping.Empty("");
        foreach (var (path, field) in _byPath)
            root = Add(root, path.Split('.'), field);
        return new(root, detectsDates: true, meta: null);
    }

    static ObjectMapping Add(ObjectMapping mapping, ReadOnlySpan<string> parts, FieldMapping? field)
    {
        if (parts.Length == 1 && field is not null)
            return mapping.WithField(parts[0], field);
        var inner = mapping.Objects.GetValueOrDefault(parts[0]) ?? ObjectMapping.Empty(mapping.PathOf(parts[0]));
        return mapping.WithObject(parts[0], parts.Length == 1 ? inner : Add(inner, parts[1..], field));
    }
}
