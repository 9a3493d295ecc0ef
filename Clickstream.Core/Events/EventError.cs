namespace Clickstream.Core.Events;

/// <summary>
/// Why a record or a row is not a valid event: the closed list behind <c>dead_letters.reason</c> and the producer's report.
/// </summary>
public enum EventError : byte
{
    /// <summary>It is valid.</summary>
    None = 0,

    /// <summary>The record has no value, or an empty one.</summary>
    Empty,

    /// <summary>The value is not one JSON object in UTF-8.</summary>
    NotJson,

    /// <summary>The row has not exactly five columns.</summary>
    ColumnCount,

    /// <summary>The timestamp is missing, not an integer, or out of range.</summary>
    Timestamp,

    /// <summary>The visitor id is missing, not an integer, or out of range.</summary>
    VisitorId,

    /// <summary>The event's name is missing or unknown.</summary>
    Type,

    /// <summary>The item id is missing, not an integer, or out of range.</summary>
    ItemId,

    /// <summary>The transaction id is neither null nor an integer in range.</summary>
    TransactionId,

    /// <summary>The event time is too far after the time at which its record was produced.</summary>
    Future,

    /// <summary>The record is in another partition than its visitor's events belong to: the consumer sends it on.</summary>
    AwayFromHome,

    /// <summary>The record is away from home, and Kafka does not take it at its home.</summary>
    SentOnInVain,

    /// <summary>The database refused this record for its content.</summary>
    RefusedByDatabase,
}

/// <summary>Texts of <see cref="EventError"/>.</summary>
public static class EventErrors
{
    /// <summary>The stored reason: fixed words that quote nothing of the record, so it can be shown anywhere.</summary>
    public static string ToReason(this EventError error) => error switch
    {
        EventError.Empty => "empty value",
        EventError.NotJson => "value is not a JSON object",
        EventError.ColumnCount => "row has not 5 columns",
        EventError.Timestamp => "timestamp is not an integer from 0 to 253402300799999",
        EventError.VisitorId => "visitor id is not an integer from 0 to 9223372036854775807",
        EventError.Type => "event is not view, addtocart or transaction",
        EventError.ItemId => "item id is not an integer from 0 to 9223372036854775807",
        EventError.TransactionId => "transaction id is neither absent nor an integer from 0 to 9223372036854775807",
        EventError.Future => "event time is too far in the future",
        EventError.AwayFromHome => "partition is not the one that murmur2 of the visitor id gives",
        EventError.SentOnInVain => "cannot be sent on to the partition that murmur2 of the visitor id gives",
        EventError.RefusedByDatabase => "refused by the database",
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, null),
    };
}
