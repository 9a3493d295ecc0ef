using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clickstream.Local.Search.Cluster;

namespace Clickstream.Local.Search.Indexing;

/// <summary>A change of some of a document's fields: <c>{"doc":{...},"doc_as_upsert":true}</c>.</summary>
sealed class DocumentUpdate
{
    JsonElement? _doc;
    JsonElement? _upsert;
    bool _docAsUpsert;
    bool _detectsNoOperation = true;

    /// <exception cref="SearchException">A part that is wrong or not known.</exception>
    public static DocumentUpdate Parse(ReadOnlyMemory<byte> json)
    {
        var update = new DocumentUpdate();
        var body = Json.JsonBody.Parse(json);
        if (body.ValueKind != JsonValueKind.Object)
            throw SearchException.Parsing("[UpdateRequest] Expected START_OBJECT");
        foreach (var member in body.EnumerateObject())
        {
            switch (member.Name)
            {
                case "doc":
                    update._doc = RequireObject(member);
                    break;
                case "upsert":
                    update._upsert = RequireObject(member);
                    break;
                case "doc_as_upsert":
                    update._docAsUpsert = Json.JsonBody.Bool(member.Value);
                    break;
                case "detect_noop":
                    update._detectsNoOperation = Json.JsonBody.Bool(member.Value);
                    break;
                case "script" or "scripted_upsert":
                    throw SearchException.IllegalArgument($"[{member.Name}] of an update is not supported by this node");
                default:
                    throw SearchException.UnknownField("UpdateRequest", member.Name);
            }
        }

        return update._doc is null ? throw SearchException.Validation("script or doc is missing") : update;
    }

    /// <summary>Carries it out; null if there is no document to change.</summary>
    public WriteResult? Apply(IndexWrites writes, string id, long? ifSeqNo = null)
    {
        // Another write may come in between: then it is done again with what that has left.
        while (true)
        {
            var present = writes.Get(id);
            if (present is not { } document)
            {
                if ((_docAsUpsert ? _doc : _upsert) is not { } first)
                    return null;
                var created = writes.Write(new(WriteKind.Create, id, Bytes(first)));
                if (created.Outcome != WriteOutcome.Conflict)
                    return created;
                continue;
            }

            var source = JsonNode.Parse(document.Source.Span)!.AsObject();
            if (!Merge(source, _doc!.Value) && _detectsNoOperation)
                return new WriteResult(WriteOutcome.NoOperation, document.Version, document.SeqNo);
            var written = writes.Write(new(WriteKind.Index, id, JsonSerializer.SerializeToUtf8Bytes(source, s_options), IfSeqNo: ifSeqNo ?? document.SeqNo));
            if (written.Outcome != WriteOutcome.Conflict || ifSeqNo is not null)
                return written;
        }
    }

    static readonly JsonSerializerOptions s_options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static JsonElement RequireObject(JsonProperty member) => member.Value.ValueKind == JsonValueKind.Object
        ? member.Value
        : throw SearchException.Parsing($"[UpdateRequest] {member.Name} doesn't support values of type: {Json.JsonBody.TokenName(member.Value)}");

    static byte[] Bytes(JsonElement json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = s_options.Encoder }))
            json.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    // Objects are merged, everything else is replaced. True if anything is different now.
    static bool Merge(JsonObject target, JsonElement changes)
    {
        var changed = false;
        foreach (var member in changes.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object && target[member.Name] is JsonObject inner)
            {
                changed |= Merge(inner, member.Value);
                continue;
            }

            var value = JsonNode.Parse(member.Value.GetRawText());
            if (target.ContainsKey(member.Name) && JsonNode.DeepEquals(target[member.Name], value))
                continue;
            target[member.Name] = value;
            changed = true;
        }

        return changed;
    }
}
