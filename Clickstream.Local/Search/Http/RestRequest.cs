using System.Globalization;
using System.Text.Json;
using Clickstream.Local.Search.Json;
using Microsoft.AspNetCore.Http;

namespace Clickstream.Local.Search.Http;

/// <summary>A request as the APIs see it: the parts of its path by name, its parameters, its body whole.</summary>
sealed class RestRequest(string path, IReadOnlyDictionary<string, string> parts, IQueryCollection parameters, ReadOnlyMemory<byte> body)
{
    public string Path { get; } = path;

    /// <summary>Unpacked, and only valid until the answer is given.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>A part of the path that the route has.</summary>
    public string this[string name] => parts[name];

    /// <summary>A part of the path, or null if the route has none of that name.</summary>
    public string? Part(string name) => parts.GetValueOrDefault(name);

    /// <summary>A parameter's value, or null if it is not there.</summary>
    public string? Parameter(string name) => parameters.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>True, false, or present without a value, which is true.</summary>
    public bool Flag(string name, bool otherwise = false) => Parameter(name) switch
    {
        null => otherwise,
        "" or "true" => true,
        "false" => false,
        var other => throw SearchException.IllegalArgument(
            $"Failed to parse value [{other}] as only [true] or [false] are allowed."),
    };

    public long? Number(string name) => Parameter(name) is not { } text
        ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw SearchException.IllegalArgument($"Failed to parse {(name.Contains("seq", StringComparison.Ordinal) ? "long" : "int")} parameter [{name}] with value [{text}]");

    /// <summary>The body as an object that must be there.</summary>
    public JsonElement RequiredJson()
    {
        try
        {
            return Json() ?? throw new SearchException(400, "parse_exception", "request body is required");
        }
        catch (SearchException e) when (e.Type == "json_parse_exception")
        {
            throw new SearchException(400, "parse_exception", "Failed to parse content to map", e);
        }
    }

    /// <summary>The body as an object, or null if there is none.</summary>
    public JsonElement? Json()
    {
        if (Body.Span.Trim(" \t\r\n"u8).IsEmpty)
            return null;
        var element = JsonBody.Parse(Body);
        return element.ValueKind == JsonValueKind.Object
            ? element
            : throw SearchException.Parsing($"Expected [START_OBJECT] but found [{JsonBody.TokenName(element)}]");
    }
}
