using System.Text.Json;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Mappings;

/// <summary>Reads mappings as they are sent: <c>{"dynamic":...,"properties":{...}}</c>.</summary>
static class MappingParser
{
    /// <exception cref="SearchException">mapper_parsing_exception, naming what is not known.</exception>
    public static Mapping Parse(JsonElement json)
    {
        try
        {
            return ParseRoot(json);
        }
        catch (SearchException e) when (e.Type == "mapper_parsing_exception")
        {
            throw SearchException.MapperParsing($"Failed to parse mapping [_doc]: {e.Message}", e);
        }
    }

    static Mapping ParseRoot(JsonElement json)
    {
        var (meta, detectsDates) = ((JsonElement?)null, true);
        Dynamic? dynamic = null;
        var properties = ObjectMapping.Empty("");
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "dynamic":
                    dynamic = ParseDynamic(member.Value);
                    break;
                case "date_detection":
                    detectsDates = JsonBody.Bool(member.Value);
                    break;
                case "_meta":
                    meta = member.Value.Clone();
                    break;
                case "properties":
                    properties = ParseProperties("", null, member.Value);
                    break;
                case "_source" when IsPlainSource(member.Value):
                    break;
                default:
                    throw SearchException.MapperParsing(
                        $"Root mapping definition has unsupported parameters:  [{member.Name} : {member.Value.GetRawText()}]");
            }
        }

        return new(new("", dynamic, properties.Fields, properties.Objects), detectsDates, meta);
    }

    static bool IsPlainSource(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.EnumerateObject().All(static m => m.Name == "enabled" && m.Value.ValueKind == JsonValueKind.True);

    static Dynamic ParseDynamic(JsonElement json) => JsonBody.Text(json) switch
    {
        "true" => Dynamic.True,
        "false" => Dynamic.False,
        "strict" => Dynamic.Strict,
        var other => throw SearchException.MapperParsing($"Could not convert [dynamic] to boolean: [{other}] is not supported"),
    };

    static ObjectMapping ParseProperties(string name, Dynamic? dynamic, JsonElement json)
    {
        var fields = new Dictionary<string, FieldMapping>();
        var objects = new Dictionary<string, ObjectMapping>();
        foreach (var member in json.EnumerateObject())
        {
            var path = name.Length == 0 ? member.Name : $"{name}.{member.Name}";
            MetaFields.RequireNone(path);
            var definition = member.Value;
            if (definition.ValueKind != JsonValueKind.Object)
                throw SearchException.MapperParsing($"Expected map for property [fields] on field [{member.Name}] but got a class {JsonBody.TokenName(definition)}");
            var hasType = definition.TryGetProperty("type", out var type);
            if (hasType ? type.ValueEquals("object") : definition.TryGetProperty("properties", out _))
                objects[member.Name] = ParseObject(path, definition);
            else if (!hasType)
                throw SearchException.MapperParsing($"No type specified for field [{member.Name}]");
            else
                fields[member.Name] = ParseField(path, member.Name, definition);
        }

        return new(name, dynamic, fields, objects);
    }

    static ObjectMapping ParseObject(string path, JsonElement json)
    {
        Dynamic? dynamic = null;
        JsonElement? properties = null;
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type":
                    break;
                case "dynamic":
                    dynamic = ParseDynamic(member.Value);
                    break;
                case "properties":
                    properties = member.Value;
                    break;
                default:
                    throw SearchException.MapperParsing($"Mapping definition for [{path}] has unsupported parameters:  [{member.Name} : {member.Value.GetRawText()}]");
            }
        }

        return properties is { } inner ? ParseProperties(path, dynamic, inner) : new(path, dynamic, ObjectMapping.Empty(path).Fields, ObjectMapping.Empty(path).Objects);
    }

    static FieldMapping ParseField(string path, string name, JsonElement json)
    {
        var typeName = json.GetProperty("type").GetString() ?? "";
        var type = FieldTypes.Find(typeName)
            ?? throw SearchException.MapperParsing($"No handler for type [{typeName}] declared on field [{name}]");
        var field = FieldMapping.Create(path, type);
        foreach (var member in json.EnumerateObject())
        {
            field = member.Name switch
            {
                "type" => field,
                "index" => field with { IsIndexed = JsonBody.Bool(member.Value) },
                "doc_values" when type != FieldType.Text => field with { HasDocValues = JsonBody.Bool(member.Value) },
                "ignore_above" when type == FieldType.Keyword => field with { IgnoreAbove = JsonBody.Int(member.Value, "ignore_above") },
                "format" when type == FieldType.Date => field with { DateFormat = ParseFormat(member.Value, name) },
                "fields" when type is FieldType.Text or FieldType.Keyword => field with { Fields = ParseFields(path, member.Value) },
                "norms" when type is FieldType.Text or FieldType.Keyword => field,
                "analyzer" when type == FieldType.Text && member.Value.ValueEquals("standard") => field,
                "analyzer" => throw SearchException.MapperParsing($"analyzer [{JsonBody.Text(member.Value)}] has not been configured in mappings"),
                "meta" => field,
                _ => throw SearchException.MapperParsing($"unknown parameter [{member.Name}] on mapper [{name}] of type [{typeName}]"),
            };
        }

        return field;
    }

    static List<FieldMapping> ParseFields(string path, JsonElement json)
    {
        var fields = new List<FieldMapping>();
        foreach (var member in json.EnumerateObject())
        {
            if (!member.Value.TryGetProperty("type", out _))
                throw SearchException.MapperParsing($"no type specified for property [{member.Name}]");
            fields.Add(ParseField($"{path}.{member.Name}", member.Name, member.Value));
        }

        return fields;
    }

    static DateFormat ParseFormat(JsonElement json, string name)
    {
        var text = JsonBody.Text(json) ?? "";
        return DateFormat.TryCreate(text)
            ?? throw SearchException.MapperParsing($"Error parsing [format] on field [{name}]: format [{text}] is not supported; use strict_date_optional_time, epoch_millis, epoch_second or a pattern of y, M, d, H, m, s and S");
    }
}
