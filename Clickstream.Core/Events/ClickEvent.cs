namespace Clickstream.Core.Events;

/// <summary>
/// One event of the retail stream. Its identity is (<paramref name="VisitorId"/>, <paramref name="Timestamp"/>,
/// <paramref name="Type"/>, <paramref name="ItemId"/>): a second arrival of the same identity changes nothing anywhere.
/// </summary>
/// <param name="Timestamp">Event time in Unix milliseconds, 0 to <see cref="MaxTimestamp"/>.</param>
/// <param name="VisitorId">0 to 2^63-1.</param>
/// <param name="Type">What the visitor did.</param>
/// <param name="ItemId">0 to 2^63-1.</param>
/// <param name="TransactionId">0 to 2^63-1, or <see cref="NoTransaction"/>.</param>
public readonly record struct ClickEvent(long Timestamp, long VisitorId, EventType Type, long ItemId, long TransactionId)
{
    /// <summary>The last millisecond of the year 9999, the latest that PostgreSQL, .NET and ISO 8601 all can say.</summary>
    public const long MaxTimestamp = 253402300799999;

    /// <summary>Stands for an absent transaction id.</summary>
    public const long NoTransaction = -1;

    /// <summary>True where both are the same event, whatever their transaction ids say.</summary>
    public bool HasSameIdentity(in ClickEvent other) =>
        Timestamp == other.Timestamp && VisitorId == other.VisitorId && ItemId == other.ItemId && Type == other.Type;

    /// <summary>A hash of the identity: events of the same identity have the same hash.</summary>
    public int IdentityHash()
    {
        // Two rounds of multiply and fold: ids are small and dense, so their low bits alone would collide.
        var hash = (ulong)Timestamp * 0x9E3779B97F4A7C15UL;
        hash = (hash ^ (hash >> 32) ^ (ulong)VisitorId) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 29) ^ (((ulong)ItemId << 2) | (ulong)Type)) * 0x94D049BB133111EBUL;
        return (int)(hash >> 32);
    }
}
