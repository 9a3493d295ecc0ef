using System.Text.Json;

namespace Clickstream.Local.Search.Mappings;

/// <summary>What an index knows of its documents' fields. Immutable: a changed one takes its place.</summary>
sealed class Mapping
{
    readonly Dictionary<string, FieldMapping> _fields = new(StringComparer.Ordinal);

    public Mapping(ObjectMapping root, bool detectsDates, JsonElement? meta)
    {
        (Root, DetectsDates, Meta) = (root, detectsDates, meta);
        Collect(root);
    }

    public static Mapping Empty { get; } = new(ObjectMapping.Empty(""), detectsDates: true, meta: null);

    public ObjectMapping Root { get; }

    /// <summary>Whether a string that looks like a date becomes a date in a field that is new.</summary>
    public bool DetectsDates { get; }

    public JsonElement? Meta { get; }

    /// <summary>Every field by its path, multi-fields too.</summary>
    public IReadOnlyDictionary<string, FieldMapping> Fields => _fields;

    public FieldMapping? Find(string path) => _fields.GetValueOrDefault(path);

    /// <summary>The fields whose path fits a pattern with <c>*</c>.</summary>
    public IEnumerable<FieldMapping> Matching(string pattern) => _fields.Values.Where(field => Wildcard.Matches(pattern, field.Name));

    /// <summary>The fields within an object, if the path is that of one.</summary>
    public IEnumerable<FieldMapping> Within(string path) => _fields.Values.Where(field => field.Name.StartsWith(path + ".", StringComparison.Ordinal));

    void Collect(ObjectMapping mapping)
    {
        foreach (var field in mapping.Fields.Values)
        {
            _fields[field.Name] = field;
            foreach (var inner in field.Fields)
                _fields[inner.Name] = inner;
        }

        foreach (var inner in mapping.Objects.Values)
            Collect(inner);
    }
}
