using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search;

/// <summary>What a search server answered.</summary>
/// <param name="Request">Method and path, for messages.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body as it came.</param>
public sealed record Answer(string Request, int Status, string Text)
{
    JsonNode? _json;

    /// <summary>The body, parsed.</summary>
    public JsonNode Json => _json ??= JsonNode.Parse(Text) ?? throw new InvalidOperationException($"{Request}: the body is null");

    /// <summary>The ids of the hits, in their order, separated by spaces.</summary>
    public string HitIds => string.Join(' ', Json["hits"]!["hits"]!.AsArray().Select(static hit => (string)hit!["_id"]!));

    /// <summary>The number of hits, where it is exact.</summary>
    public int Total
    {
        get
        {
            Is(200, """{"hits":{"total":{"relation":"eq"}}}""");
            return (int)Json["hits"]!["total"]!["value"]!;
        }
    }

    /// <summary>Checks the status, and that the body holds at least <paramref name="part"/> (see <see cref="JsonPart"/>).</summary>
    public Answer Is(int status, [StringSyntax(StringSyntaxAttribute.Json)] string? part = null)
    {
        if (Status != status)
            Assert.Fail($"{Request}: status {Status} instead of {status}\n{Text}");
        if (part is not null && JsonPart.Difference(JsonNode.Parse(part), Json) is { } difference)
            Assert.Fail($"{Request}: {difference}\n{Text}");
        return this;
    }

    /// <summary>Checks that this is an error in OpenSearch's shape, whose root cause is of that type.</summary>
    public Answer IsError(int status, string type)
    {
        Is(status, $$$"""{"status":{{{status}}},"error":{"root_cause":[{"type":"{{{type}}}"}]}}""");
        var error = Json["error"]!;
        if ((string?)error["type"] is not { Length: > 0 } || (string?)error["root_cause"]![0]!["reason"] is not { Length: > 0 })
            Assert.Fail($"{Request}: an error without type and reason\n{Text}");
        return this;
    }

    /// <summary>Checks that the reasons given say <paramref name="text"/>.</summary>
    public Answer Says(string text)
    {
        Assert.Contains(text, Json["error"]!.ToJsonString(JsonPart.Readable), StringComparison.Ordinal);
        return this;
    }
}
