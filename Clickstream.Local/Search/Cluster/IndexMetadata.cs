using System.Text.Json;
using Clickstream.Local.Search.Mappings;

namespace Clickstream.Local.Search.Cluster;

/// <summary>All that is known of an index but its documents. Kept in <c>index.json</c> in its folder.</summary>
sealed record IndexMetadata
{
    public const string FileName = "index.json";

    /// <summary>What an index made by OpenSearch 2.19.0 says it was made by.</summary>
    const string CreatedVersion = "136407827";

    public required string Name { get; init; }

    public required string Uuid { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    public required IndexSettings Settings { get; init; }

    public required Mapping Mapping { get; init; }

    /// <summary>Other names, in order.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public static IndexMetadata Load(string directory)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, FileName)));
        var root = document.RootElement;
        return new()
        {
            Name = root.GetProperty("name").GetString()!,
            Uuid = root.GetProperty("uuid").GetString()!,
            CreatedAt = root.GetProperty("created_at").GetInt64(),
            Settings = IndexSettings.Parse(root.GetProperty("settings")),
            Mapping = MappingParser.Parse(root.GetProperty("mappings")),
            Aliases = [.. root.GetProperty("aliases").EnumerateArray().Select(static alias => alias.GetString()!)],
        };
    }

    /// <summary>Puts it on the disk, whole or not at all.</summary>
    public void Save(string directory)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteString("uuid", Uuid);
            json.WriteNumber("created_at", CreatedAt);
            json.WriteStartObject("settings");
            Settings.WriteMembers(json);
            json.WriteEndObject();
            json.WritePropertyName("mappings");
            MappingWriter.Write(json, Mapping);
            json.WriteStartArray("aliases");
            foreach (var alias in Aliases)
                json.WriteStringValue(alias);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        PrivateFile.Write(Path.Combine(directory, FileName), System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    public void WriteAliases(Utf8JsonWriter json, Func<string, bool>? wanted = null)
    {
        json.WriteStartObject("aliases");
        foreach (var alias in Aliases.Where(wanted ?? (static _ => true)))
        {
            json.WriteStartObject(alias);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public void WriteMapping(Utf8JsonWriter json)
    {
        json.WritePropertyName("mappings");
        MappingWriter.Write(json, Mapping);
    }

    public void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteStartObject("settings");
        json.WriteStartObject("index");
        json.WriteStartObject("replication");
        json.WriteString("type", "DOCUMENT");
        json.WriteEndObject();
        Settings.WriteMembers(json);
        json.WriteString("provided_name", Name);
        json.WriteString("creation_date", CreatedAt.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("uuid", Uuid);
        json.WriteStartObject("version");
        json.WriteString("created", CreatedVersion);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
