using System.Text.Json;
using Clickstream.Local.Search.Indexing;

namespace Clickstream.Local.Search.Api;

/// <summary>One operation of a bulk, as it was sent. <paramref name="Id"/>: Null for one that the node shall make up.</summary>
readonly record struct BulkItem(
    WriteKind Kind, string Index, string? Id, ReadOnlyMemory<byte> Source, VersionType VersionType, long Version, long? IfSeqNo)
{
    /// <summary>The name in the answer.</summary>
    public string Name => Kind switch
    {
        WriteKind.Index => "index",
        WriteKind.Create => "create",
        WriteKind.Update => "update",
        _ => "delete",
    };
}

/// <summary>Takes a bulk's body apart: lines of an action each, followed by a line of the document except for deletions.</summary>
static class BulkRequest
{
    /// <exception cref="SearchException">A line that cannot be understood: nothing of the bulk is carried out then.</exception>
    public static List<BulkItem> Parse(ReadOnlyMemory<byte> body, string? defaultIndex)
    {
        if (body.IsEmpty)
            throw new SearchException(400, "parse_exception", "request body is required");
        if (body.Span[^1] != '\n')
            throw SearchException.IllegalArgument("The bulk request must be terminated by a newline [\\n]");
        var items = new List<BulkItem>();
        var line = 0;
        while (TryReadLine(ref body, out var action))
        {
            line++;
            if (action.Span.Trim((byte)' ').IsEmpty)
                continue;
            var item = ParseAction(action, line, defaultIndex);
            if (item.Kind != WriteKind.Delete)
            {
                if (!TryReadLine(ref body, out var source))
                    break;
                line++;
                item = item with { Source = source };
            }

            items.Add(item);
        }

        if (items.Count == 0)
            throw SearchException.Validation("no requests added");
        return items;
    }

    static bool TryReadLine(ref ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> line)
    {
        line = default;
        if (body.IsEmpty)
            return false;
        var end = body.Span.IndexOf((byte)'\n');
        line = body[..end];
        if (line.Length > 0 && line.Span[^1] == '\r')
            line = line[..^1];
        body = body[(end + 1)..];
        return true;
    }

    static BulkItem ParseAction(ReadOnlyMemory<byte> line, int number, string? defaultIndex)
    {
        try
        {
            var reader = new Utf8JsonReader(line.Span);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw SearchException.IllegalArgument($"Malformed action/metadata line [{number}], expected START_OBJECT but found [{Name(reader.TokenType)}]");
            reader.Read();
            if (reader.TokenType != JsonTokenType.PropertyName)
                throw SearchException.IllegalArgument($"Malformed action/metadata line [{number}], expected FIELD_NAME but found [{Name(reader.TokenType)}]");
            WriteKind kind;
            if (reader.ValueTextEquals("index"u8)) kind = WriteKind.Index;
            else if (reader.ValueTextEquals("create"u8)) kind = WriteKind.Create;
            else if (reader.ValueTextEquals("update"u8)) kind = WriteKind.Update;
            else if (reader.ValueTextEquals("delete"u8)) kind = WriteKind.Delete;
            else
            {
                throw SearchException.IllegalArgument(
                    $"Malformed action/metadata line [{number}], expected one of [create, delete, index, update] but found [{reader.GetString()}]");
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw SearchException.IllegalArgument($"Malformed action/metadata line [{number}], expected START_OBJECT but found [{Name(reader.TokenType)}]");

            // What comes behind the action is not looked at, by OpenSearch neither.
            return ParseMetadata(ref reader, new(kind, defaultIndex ?? "", null, default, VersionType.Internal, 0, null), number);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw SearchException.Json(e.Message);
        }
    }

    static BulkItem ParseMetadata(ref Utf8JsonReader reader, BulkItem item, int number)
    {
        var hasVersion = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("_id"u8))
            {
                item = item with { Id = ReadText(ref reader) };
            }
            else if (reader.ValueTextEquals("_index"u8))
            {
                item = item with { Index = ReadText(ref reader) ?? "" };
            }
            else if (reader.ValueTextEquals("version"u8))
            {
                reader.Read();
                (item, hasVersion) = (item with { Version = reader.GetInt64() }, true);
            }
            else if (reader.ValueTextEquals("version_type"u8))
            {
                item = item with { VersionType = DocumentApi.ParseVersionType(ReadText(ref reader)) };
            }
            else if (reader.ValueTextEquals("if_seq_no"u8))
            {
                reader.Read();
                item = item with { IfSeqNo = reader.GetInt64() };
            }
            else if (reader.ValueTextEquals("op_type"u8) && item.Kind == WriteKind.Index)
            {
                item = item with { Kind = ReadText(ref reader) == "create" ? WriteKind.Create : WriteKind.Index };
            }
            else if (reader.ValueTextEquals("if_primary_term"u8) || reader.ValueTextEquals("retry_on_conflict"u8))
            {
                reader.Read();
            }
            else
            {
                throw SearchException.IllegalArgument($"Action/metadata line [{number}] contains an unknown parameter [{reader.GetString()}]");
            }
        }

        if (item.Index.Length == 0)
            throw SearchException.Validation("index is missing");
        if (item.Id is null && item.Kind is WriteKind.Update or WriteKind.Delete)
            throw SearchException.Validation("id is missing");
        DocumentApi.CheckVersion(new(item.Kind, item.Id ?? "", default, item.VersionType, item.Version), hasVersion);
        return item;
    }

    static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Null => null,
            _ => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
        };
    }

    static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "START_OBJECT",
        JsonTokenType.EndObject => "END_OBJECT",
        JsonTokenType.StartArray => "START_ARRAY",
        JsonTokenType.PropertyName => "FIELD_NAME",
        JsonTokenType.String => "VALUE_STRING",
        JsonTokenType.Number => "VALUE_NUMBER",
        JsonTokenType.Null => "VALUE_NULL",
        _ => "VALUE_BOOLEAN",
    };
}
