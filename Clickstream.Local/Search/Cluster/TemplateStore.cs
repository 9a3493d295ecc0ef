using System.Text;
using System.Text.Json;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Cluster;

/// <summary>The index templates, in one file.</summary>
sealed class TemplateStore
{
    readonly string _path;
    readonly Lock _gate = new();
    volatile IReadOnlyDictionary<string, IndexTemplate> _templates;

    public TemplateStore(string path)
    {
        _path = path;
        var templates = new SortedDictionary<string, IndexTemplate>(StringComparer.Ordinal);
        if (File.Exists(path))
        {
            foreach (var member in JsonBody.Parse(File.ReadAllBytes(path)).EnumerateObject())
                templates.Add(member.Name, IndexTemplate.Parse(member.Name, member.Value));
        }

        _templates = templates;
    }

    public IEnumerable<IndexTemplate> All => _templates.Values;

    /// <summary>The template of highest priority that fits an index's name.</summary>
    public IndexTemplate? For(string index) => _templates.Values.Where(template => template.Fits(index)).MaxBy(static template => template.Priority);

    public void Put(IndexTemplate template)
    {
        lock (_gate)
        {
            var rival = _templates.Values.FirstOrDefault(other =>
                other.Name != template.Name && other.Priority == template.Priority && other.Patterns.Any(a => template.Patterns.Any(b => Overlap(a, b))));
            if (rival is not null)
            {
                throw SearchException.IllegalArgument(
                    $"index template [{template.Name}] has index patterns [{string.Join(", ", template.Patterns)}] matching patterns from existing " +
                    $"templates [{rival.Name}] with patterns ({rival.Name} => [{string.Join(", ", rival.Patterns)}]) that have the same priority " +
                    $"[{template.Priority}], multiple index templates may not match during index creation, please use a different priority");
            }

            Save(new(Copy()) { [template.Name] = template });
        }
    }

    /// <summary>Removes the templates whose name fits.</summary>
    public void Delete(string pattern)
    {
        lock (_gate)
        {
            var rest = Copy();
            var found = rest.Keys.Where(name => Wildcard.Matches(pattern, name)).ToList();
            if (found.Count == 0 && pattern != "*")
                throw new SearchException(404, "index_template_missing_exception", $"index_template [{pattern}] missing");
            foreach (var name in found)
                rest.Remove(name);
            Save(rest);
        }
    }

    // Good enough for prefixes with a star: each fits the other with its stars gone.
    static bool Overlap(string a, string b) =>
        Wildcard.Matches(a, b.Replace("*", "", StringComparison.Ordinal)) || Wildcard.Matches(b, a.Replace("*", "", StringComparison.Ordinal));

    SortedDictionary<string, IndexTemplate> Copy() => new(_templates.ToDictionary(), StringComparer.Ordinal);

    void Save(SortedDictionary<string, IndexTemplate> templates)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true }))
        {
            json.WriteStartObject();
            foreach (var template in templates.Values)
            {
                json.WritePropertyName(template.Name);
                template.Write(json);
            }

            json.WriteEndObject();
        }

        PrivateFile.Write(_path, Encoding.UTF8.GetString(stream.ToArray()));
        _templates = templates;
    }
}
