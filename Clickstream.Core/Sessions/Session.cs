using Clickstream.Core.Events;

namespace Clickstream.Core.Sessions;

/// <summary>
/// A maximal run of one visitor's distinct events in which no two neighbours in event time are more than the timeout apart.
/// A row of the table <c>sessions</c>, whose columns follow from what is kept here. Times are Unix milliseconds.
/// </summary>
public sealed class Session
{
    /// <summary><see cref="StoredStart"/> of a session that has no row yet.</summary>
    public const long NotStored = -1;

    ItemSet _viewed;
    ItemSet _carted;
    ItemSet _purchased;

    /// <summary>A session of one event.</summary>
    public Session(in ClickEvent first)
    {
        VisitorId = first.VisitorId;
        Start = End = first.Timestamp;
        Count(first);
    }

    /// <summary>A session as it stands in its row, which has the start as part of its key.</summary>
    public Session(long visitorId, long start, long end, int viewCount, int cartCount, int transactionCount, ItemSet viewed, ItemSet carted, ItemSet purchased)
    {
        VisitorId = visitorId;
        Start = StoredStart = start;
        End = end;
        ViewCount = viewCount;
        CartCount = cartCount;
        TransactionCount = transactionCount;
        (_viewed, _carted, _purchased) = (viewed, carted, purchased);
    }

    /// <summary>Whose session it is.</summary>
    public long VisitorId { get; }

    /// <summary>Time of the first event.</summary>
    public long Start { get; private set; }

    /// <summary>Time of the last event.</summary>
    public long End { get; private set; }

    /// <summary>Whole seconds from the first to the last event, cut off.</summary>
    public int DurationSeconds => (int)((End - Start) / 1000);

    /// <summary>Number of distinct events.</summary>
    public int EventCount => ViewCount + CartCount + TransactionCount;

    /// <summary>Number of distinct views.</summary>
    public int ViewCount { get; private set; }

    /// <summary>Number of distinct add-to-carts.</summary>
    public int CartCount { get; private set; }

    /// <summary>Number of distinct transactions.</summary>
    public int TransactionCount { get; private set; }

    /// <summary>True where something was bought.</summary>
    public bool Converted => TransactionCount > 0;

    /// <summary>Items viewed.</summary>
    public ref readonly ItemSet Viewed => ref _viewed;

    /// <summary>Items put into the cart.</summary>
    public ref readonly ItemSet Carted => ref _carted;

    /// <summary>Items bought.</summary>
    public ref readonly ItemSet Purchased => ref _purchased;

    /// <summary>The start under which the session's row is stored, or <see cref="NotStored"/>.</summary>
    public long StoredStart { get; private set; } = NotStored;

    /// <summary>The visitor's next older session in memory; kept by the <see cref="Sessionizer"/>.</summary>
    internal Session? Older { get; set; }

    /// <summary>True between a change and the commit that stores it; kept by the <see cref="Sessionizer"/>.</summary>
    internal bool IsChanged { get; set; }

    internal void Add(in ClickEvent e)
    {
        Start = Math.Min(Start, e.Timestamp);
        End = Math.Max(End, e.Timestamp);
        Count(e);
    }

    internal void Absorb(Session other)
    {
        Start = Math.Min(Start, other.Start);
        End = Math.Max(End, other.End);
        ViewCount += other.ViewCount;
        CartCount += other.CartCount;
        TransactionCount += other.TransactionCount;
        _viewed.UnionWith(other._viewed);
        _carted.UnionWith(other._carted);
        _purchased.UnionWith(other._purchased);
    }

    internal void MarkStored()
    {
        IsChanged = false;
        StoredStart = Start;
    }

    void Count(in ClickEvent e)
    {
        switch (e.Type)
        {
            case EventType.View:
                ViewCount++;
                _viewed.Add(e.ItemId);
                break;
            case EventType.AddToCart:
                CartCount++;
                _carted.Add(e.ItemId);
                break;
            default:
                TransactionCount++;
                _purchased.Add(e.ItemId);
                break;
        }
    }
}
