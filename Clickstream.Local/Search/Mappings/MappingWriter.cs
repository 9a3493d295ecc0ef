using System.Text.Json;

namespace Clickstream.Local.Search.Mappings;

/// <summary>Writes mappings as <c>GET _mapping</c> shows them: what has its default is left out, names are in order.</summary>
static class MappingWriter
{
    public static void Write(Utf8JsonWriter json, Mapping mapping)
    {
        json.WriteStartObject();
        WriteDynamic(json, mapping.Root);
        if (mapping.Meta is { } meta)
        {
            json.WritePropertyName("_meta");
            meta.WriteTo(json);
        }

        if (!mapping.DetectsDates)
            json.WriteBoolean("date_detection", false);
        WriteProperties(json, mapping.Root);
        json.WriteEndObject();
    }

    static void WriteDynamic(Utf8JsonWriter json, ObjectMapping mapping)
    {
        if (mapping.Dynamic is { } dynamic)
            json.WriteString("dynamic", dynamic.ToString().ToLowerInvariant());
    }

    static void WriteProperties(Utf8JsonWriter json, ObjectMapping mapping)
    {
        if (mapping.Fields.Count + mapping.Objects.Count == 0)
            return;
        json.WriteStartObject("properties");
        foreach (var name in mapping.Fields.Keys.Concat(mapping.Objects.Keys).Order(StringComparer.Ordinal))
        {
            json.WriteStartObject(name);
            if (mapping.Fields.TryGetValue(name, out var field))
                WriteField(json, field);
            else
                WriteObject(json, mapping.Objects[name]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void WriteObject(Utf8JsonWriter json, ObjectMapping mapping)
    {
        if (mapping.Fields.Count + mapping.Objects.Count == 0)
            json.WriteString("type", "object");
        WriteDynamic(json, mapping);
        WriteProperties(json, mapping);
    }

    static void WriteField(Utf8JsonWriter json, FieldMapping field)
    {
        json.WriteString("type", field.Type.Name());
        if (!field.IsIndexed)
            json.WriteBoolean("index", false);
        if (!field.HasDocValues && field.Type != FieldType.Text)
            json.WriteBoolean("doc_values", false);
        if (field.IgnoreAbove is { } limit)
            json.WriteNumber("ignore_above", limit);
        if (field.DateFormat.Pattern != DateFormat.Default.Pattern)
            json.WriteString("format", field.DateFormat.Pattern);
        if (field.Fields.Count == 0)
            return;
        json.WriteStartObject("fields");
        foreach (var inner in field.Fields)
        {
            json.WriteStartObject(inner.ShortName);
            WriteField(json, inner);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
