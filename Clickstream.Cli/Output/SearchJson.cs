using System.Text.Json;

namespace Clickstream.Cli.Output;

/// <summary>The output of <c>search --json</c>.</summary>
/// <param name="Total">How many events match.</param>
/// <param name="Page">Which page this is, from 1.</param>
/// <param name="Size">Events a page.</param>
/// <param name="TookMs">How long OpenSearch took.</param>
/// <param name="Events">Those of the page, newest first.</param>
sealed record SearchJson(long Total, int Page, int Size, int TookMs, IReadOnlyList<FoundEvent> Events);

/// <summary>An event as it is in its document.</summary>
sealed record FoundEvent(DateTimeOffset EventTime, string VisitorId, string Event, string ItemId, string? TransactionId)
{
    /// <summary>Of a document.</summary>
    public static FoundEvent From(JsonElement source)
    {
        return new(DateTimeOffset.FromUnixTimeMilliseconds(source.GetProperty("event_time").GetInt64()), Text("visitor_id")!, Text("event")!, Text("item_id")!, Text("transaction_id"));

        string? Text(string field) => source.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
    }
}
