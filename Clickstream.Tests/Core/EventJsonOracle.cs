using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Clickstream.Core.Events;

namespace Clickstream.Tests.Core;

/// <summary>What <see cref="EventJson"/> promises, said by way of a document tree instead of a tokenizer.</summary>
static partial class EventJsonOracle
{
    static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    public static (ClickEvent Event, EventError Error) Parse(byte[] value)
    {
        if (value.Length == 0)
            return (default, EventError.Empty);
        try
        {
            s_strict.GetCharCount(value);
            using var document = JsonDocument.Parse(value, new JsonDocumentOptions { MaxDepth = 1_000_000 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? Parse(document.RootElement) : (default, EventError.NotJson);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            return (default, EventError.NotJson);
        }
    }

    static (ClickEvent Event, EventError Error) Parse(JsonElement root)
    {
        var members = new Dictionary<string, JsonElement>();
        foreach (var member in root.EnumerateObject())
        {
            if (Text(() => member.Name) is { } name)
                members[name] = member.Value;
        }
        if (Integer("timestamp", ClickEvent.MaxTimestamp) is not { } timestamp)
            return (default, EventError.Timestamp);
        if (Integer("visitor_id", long.MaxValue) is not { } visitorId)
            return (default, EventError.VisitorId);
        EventType? type = members.TryGetValue("event", out var text) && text.ValueKind == JsonValueKind.String
            ? Text(text.GetString) switch { "view" => EventType.View, "addtocart" => EventType.AddToCart, "transaction" => EventType.Transaction, _ => null }
            : null;
        if (type is null)
            return (default, EventError.Type);
        if (Integer("item_id", long.MaxValue) is not { } itemId)
            return (default, EventError.ItemId);
        if (!members.TryGetValue("transaction_id", out var none) || none.ValueKind == JsonValueKind.Null)
            return (new ClickEvent(timestamp, visitorId, type.Value, itemId, ClickEvent.NoTransaction), EventError.None);
        if (Integer("transaction_id", long.MaxValue) is not { } transactionId)
            return (default, EventError.TransactionId);
        return (new ClickEvent(timestamp, visitorId, type.Value, itemId, transactionId), EventError.None);

        long? Integer(string name, long max)
        {
            if (!members.TryGetValue(name, out var element) || element.ValueKind != JsonValueKind.Number)
                return null;
            var digits = element.GetRawText();
            return IntegerText().IsMatch(digits) && decimal.Parse(digits, CultureInfo.InvariantCulture) is >= 0 and var number && number <= max
                ? (long)number : null;
        }
    }

    // A lone surrogate, escaped, is a text that .NET cannot represent, so it is none of the names looked for.
    static string? Text(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("^-?[0-9]{1,25}$")]
    private static partial Regex IntegerText();
}
