using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Clickstream.Local.Search.Http;

/// <summary>An answer: a status and a body.</summary>
sealed class RestResponse(int status, string contentType, ReadOnlyMemory<byte> body)
{
    public static readonly JsonEncodedText Acknowledged = JsonEncodedText.Encode("acknowledged");

    // As OpenSearch: text as it is, no \u for what needs none.
    static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public int Status { get; } = status;

    public string ContentType { get; } = contentType;

    public ReadOnlyMemory<byte> Body { get; } = body;

    public static RestResponse Json(int status, Action<Utf8JsonWriter> write, bool pretty = false)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, pretty ? s_options with { Indented = true } : s_options))
            write(json);
        return new(status, "application/json; charset=UTF-8", buffer.WrittenMemory);
    }

    public static RestResponse Json(Action<Utf8JsonWriter> write) => Json(200, write);

    public static RestResponse Text(string text) => new(200, "text/plain; charset=UTF-8", Encoding.UTF8.GetBytes(text));

    /// <summary>An answer without a body.</summary>
    public static RestResponse Empty(int status) => new(status, "text/plain; charset=UTF-8", default);

    public static RestResponse Ok() => Json(static json =>
    {
        json.WriteStartObject();
        json.WriteBoolean(Acknowledged, true);
        json.WriteEndObject();
    });

    public static RestResponse Error(SearchException error) => Json(error.Status, json => ErrorBody.Write(json, error));

    /// <summary>The short form that OpenSearch has for requests that no API takes.</summary>
    public static RestResponse PlainError(int status, string error, bool withStatus) => Json(status, json =>
    {
        json.WriteStartObject();
        json.WriteString("error", error);
        if (withStatus)
            json.WriteNumber("status", status);
        json.WriteEndObject();
    });

    /// <summary>The same answer, indented.</summary>
    public RestResponse Indented()
    {
        if (!ContentType.StartsWith("application/json", StringComparison.Ordinal) || Body.IsEmpty)
            return this;
        using var document = JsonDocument.Parse(Body);
        return Json(Status, document.RootElement.WriteTo, pretty: true);
    }
}
