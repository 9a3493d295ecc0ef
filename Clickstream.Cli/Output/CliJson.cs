using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Clickstream.Cli.Verification;

namespace Clickstream.Cli.Output;

/// <summary>The output of <c>verify --json</c>.</summary>
/// <param name="Verified">The sessions are what the events say and, where that was asked for, the indices are what the tables say.</param>
/// <param name="Events">Stored events.</param>
/// <param name="Sessions">Stored sessions.</param>
/// <param name="Differing">Sessions that are not as the events say.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Differences">The first of the sessions that differ.</param>
/// <param name="Opensearch">The indices beside the tables, null where that was not asked for.</param>
sealed record VerifyJson(
    bool Verified, long Events, long Sessions, long Differing, double Seconds, IReadOnlyList<SessionDifference> Differences, IndexVerification? Opensearch)
{
    public static VerifyJson From(SessionVerification verification, IndexVerification? indices, TimeSpan time) => new(
        verification.Verified && indices is not { Verified: false }, verification.Events, verification.Sessions, verification.Differing,
        Math.Round(time.TotalSeconds, 3), verification.FirstDifferences, indices);
}

/// <summary>The output of <c>demo --json</c>.</summary>
/// <param name="Events">Distinct events stored.</param>
/// <param name="Duplicates">Rows of the file beyond those.</param>
/// <param name="Sessions">Sessions stored.</param>
/// <param name="Seconds">From the start of the producer to the last commit.</param>
/// <param name="EventsPerSecond">Rows of the file by <paramref name="Seconds"/>.</param>
/// <param name="Verified">The sessions are what the events say, and every row is accounted for.</param>
/// <param name="Rows">Rows of the file.</param>
/// <param name="DeadLetters">Records that were refused.</param>
/// <param name="Partitions">Partitions of the topic.</param>
/// <param name="Seed">Seed of the file.</param>
/// <param name="Viewers">Visitors who viewed something.</param>
/// <param name="Carters">Visitors who put something into the cart.</param>
/// <param name="Buyers">Visitors who bought something.</param>
/// <param name="IndexedEvents">Events in OpenSearch, null where that was not asked for.</param>
/// <param name="IndexedSessions">Sessions there, likewise.</param>
/// <param name="IndexSeconds">From the start of the indexer to the end of the indexing, likewise.</param>
sealed record DemoJson(
    long Events, long Duplicates, long Sessions, double Seconds, long EventsPerSecond, bool Verified,
    long Rows, long DeadLetters, int Partitions, long Seed, long Viewers, long Carters, long Buyers,
    long? IndexedEvents, long? IndexedSessions, double? IndexSeconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(VerifyJson))]
[JsonSerializable(typeof(DemoJson))]
[JsonSerializable(typeof(StatusJson))]
[JsonSerializable(typeof(ConfigJson))]
[JsonSerializable(typeof(IndexJson))]
[JsonSerializable(typeof(SearchJson))]
sealed partial class CliJson : JsonSerializerContext;

/// <summary>One object, one line.</summary>
static class Json
{
    public static string Line<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);
}
