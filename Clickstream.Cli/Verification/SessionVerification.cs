using System.Text.Json.Serialization;

namespace Clickstream.Cli.Verification;

/// <summary>What a comparison of the sessions with the events has found.</summary>
/// <param name="Events">Stored events.</param>
/// <param name="Sessions">Stored sessions.</param>
/// <param name="Differing">Sessions that are not as the events say: missing, too many, or with other values.</param>
/// <param name="FirstDifferences">The first of them, by visitor and start.</param>
sealed record SessionVerification(long Events, long Sessions, long Differing, IReadOnlyList<SessionDifference> FirstDifferences)
{
    public bool Verified => Differing == 0;
}

/// <summary>How a session differs.</summary>
enum DifferenceKind
{
    /// <summary>The events make up a session that is not stored.</summary>
    [JsonStringEnumMemberName("missing")]
    Missing,

    /// <summary>A session is stored that the events do not make up.</summary>
    [JsonStringEnumMemberName("unexpected")]
    Unexpected,

    /// <summary>A session is stored with other values.</summary>
    [JsonStringEnumMemberName("different")]
    Different,
}

/// <summary>A session that is not as the events say.</summary>
/// <param name="VisitorId">Whose session it is.</param>
/// <param name="SessionStart">When it starts, ISO 8601.</param>
/// <param name="Kind">How it differs.</param>
/// <param name="Columns">The columns that differ, where both sides have a row.</param>
sealed record SessionDifference(long VisitorId, string SessionStart, DifferenceKind Kind, IReadOnlyList<ColumnDifference> Columns);

/// <summary>A column's two values, as PostgreSQL prints them.</summary>
sealed record ColumnDifference(string Column, string? Expected, string? Actual);
