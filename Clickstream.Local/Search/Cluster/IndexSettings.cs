using System.Globalization;
using System.Text.Json;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Cluster;

/// <summary>
/// An index's settings, by their names without <c>index.</c>. An index has one shard here, whatever a template would like.
/// </summary>
sealed class IndexSettings
{
    const string Shards = "number_of_shards";
    const string ReplicasName = "number_of_replicas";
    const string RefreshName = "refresh_interval";
    const string WindowName = "max_result_window";

    static readonly string[] s_known = [Shards, ReplicasName, RefreshName, WindowName];

    readonly SortedDictionary<string, string> _values;

    IndexSettings(SortedDictionary<string, string> values) => _values = values;

    public static IndexSettings None { get; } = new(new(StringComparer.Ordinal));

    /// <summary>How many copies an OpenSearch of several nodes would keep; there is only one here, so any replica is missing.</summary>
    public int Replicas => Number(ReplicasName, 1);

    /// <summary>How often searches come to see what was written; null if nothing was said: then every second, as long as somebody searches.</summary>
    public TimeSpan? RefreshInterval => _values.TryGetValue(RefreshName, out var text) ? TimeValue.Parse("index." + RefreshName, text) : null;

    /// <summary>How far down in the hits a request may look.</summary>
    public int MaxResultWindow => Number(WindowName, 10_000);

    /// <summary>Reads <c>{"index":{"number_of_replicas":0}}</c>, with or without <c>index</c>, nested or with dots.</summary>
    public static IndexSettings Parse(JsonElement json)
    {
        var settings = new IndexSettings(new(StringComparer.Ordinal));
        settings.Read("", json);
        settings.Check();
        return settings;
    }

    /// <summary>These, and in their place what the others say.</summary>
    public IndexSettings With(IndexSettings others)
    {
        var values = new SortedDictionary<string, string>(_values, StringComparer.Ordinal);
        foreach (var (name, value) in others._values)
            values[name] = value;
        return new(values);
    }

    /// <summary>The members of <c>"index":{...}</c>, all as strings as OpenSearch writes them.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        foreach (var (name, value) in _values)
            json.WriteString(name, value);
    }

    /// <summary>With what an index has that was not told how many shards and replicas it has.</summary>
    public IndexSettings WithDefaults() =>
        new IndexSettings(new(StringComparer.Ordinal) { [Shards] = "1", [ReplicasName] = "1" }).With(this);

    /// <exception cref="SearchException">A setting that cannot be changed once the index is there.</exception>
    public void RefuseFixed(string index)
    {
        if (_values.ContainsKey(Shards))
            throw SearchException.IllegalArgument($"Can't update non dynamic settings [[index.{Shards}]] for open indices [[{index}]]");
    }

    void Read(string prefix, JsonElement json)
    {
        foreach (var member in json.EnumerateObject())
        {
            var name = prefix + member.Name;
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                Read(name + ".", member.Value);
                continue;
            }

            name = name.StartsWith("index.", StringComparison.Ordinal) ? name["index.".Length..] : name;
            if (!s_known.Contains(name))
            {
                throw SearchException.IllegalArgument(
                    $"unknown setting [index.{name}] please check that any required plugins are installed, " +
                    "or check the breaking changes documentation for removed settings");
            }

            if (JsonBody.Text(member.Value) is { } value)
                _values[name] = value;
        }
    }

    void Check()
    {
        if (Number(Shards, 1) != 1)
            throw SearchException.IllegalArgument($"[index.{Shards}] must be 1: an index of this node has one shard");
        if (Replicas < 0)
            throw SearchException.IllegalArgument($"Failed to parse value [{Replicas}] for setting [index.{ReplicasName}] must be >= 0");
        if (MaxResultWindow < 1)
            throw SearchException.IllegalArgument($"Failed to parse value [{MaxResultWindow}] for setting [index.{WindowName}] must be >= 1");
        _ = RefreshInterval;
    }

    int Number(string name, int otherwise) => !_values.TryGetValue(name, out var text)
        ? otherwise
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw SearchException.IllegalArgument($"Failed to parse value [{text}] for setting [index.{name}]");
}
