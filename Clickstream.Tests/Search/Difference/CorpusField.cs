using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search.Difference;

/// <summary>What a field is to a query.</summary>
enum FieldKind
{
    Keyword,
    Number,
    Date,
    Boolean,
    Text,
}

/// <summary>A field of a corpus.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Values">The values it has, as JSON, without those that are null; each as often as it occurs.</param>
/// <param name="HasDocValues">Whether it may be sorted and aggregated by.</param>
sealed record CorpusField(string Name, FieldKind Kind, JsonValue[] Values, bool HasDocValues)
{
    /// <summary>Whether its numbers are so few and close that a histogram of them has few buckets.</summary>
    public bool IsSmall => Kind == FieldKind.Number && Values.All(static value => Math.Abs(value.GetValue<double>()) < 100_000);
}

/// <summary>An index with documents that queries are drawn for.</summary>
/// <param name="Name">The index.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Order">The fields that order its documents in one way only.</param>
/// <param name="Ids">Ids of documents.</param>
sealed record Corpus(string Name, CorpusField[] Fields, string[] Order, string[] Ids);
