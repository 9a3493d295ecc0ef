using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer.Indexing;

/// <summary>An item that OpenSearch refuses for good.</summary>
/// <param name="Item">Which one of the body.</param>
/// <param name="Reason">Why, in OpenSearch's words without the values that they quote.</param>
readonly record struct Refusal(int Item, string Reason)
{
    // "failed to parse field [f] of type [t] in document with id 'i'. Preview of field's value: 'v'": the id is elsewhere, the value nobody's business.
    static readonly string[] s_quotes = [" in document with id", ". Preview of field", " in a preview of field", ": "];

    public static Refusal Of(int item, in BulkItem answer)
    {
        var type = answer.ErrorType ?? $"status {answer.Status}";
        var reason = answer.Reason ?? "";
        foreach (var quote in s_quotes)
        {
            if (reason.IndexOf(quote, StringComparison.Ordinal) is >= 0 and var at)
                reason = reason[..at];
        }
        return new(item, OpenSearchErrors.Shorten(reason.Length > 0 ? $"{type}: {reason}" : type));
    }
}
