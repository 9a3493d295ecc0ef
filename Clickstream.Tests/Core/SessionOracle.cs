using System.Globalization;
using Clickstream.Core.Events;
using Clickstream.Core.Sessions;

namespace Clickstream.Tests.Core;

/// <summary>A row of <c>sessions</c>, column by column; the lists of items as text, so that rows compare by value.</summary>
public sealed record SessionRow(
    long VisitorId, long Start, long End, int DurationSeconds, int EventCount, int ViewCount, int CartCount, int TransactionCount,
    string ItemsViewed, string ItemsCarted, string ItemsPurchased, bool Converted)
{
    public static SessionRow Of(Session session) => new(
        session.VisitorId, session.Start, session.End, session.DurationSeconds, session.EventCount, session.ViewCount, session.CartCount,
        session.TransactionCount, string.Join(',', session.Viewed.ToArray()), string.Join(',', session.Carted.ToArray()),
        string.Join(',', session.Purchased.ToArray()), session.Converted);

    public Session ToSession() => new(
        VisitorId, Start, End, ViewCount, CartCount, TransactionCount, Items(ItemsViewed), Items(ItemsCarted), Items(ItemsPurchased));

    static ItemSet Items(string text) =>
        new(text.Length == 0 ? [] : [.. text.Split(',').Select(item => long.Parse(item, CultureInfo.InvariantCulture))]);
}

/// <summary>The definition of a session, written down again: sort, cut where the gap is too long, count. It knows nothing of the sessionizer.</summary>
static class SessionOracle
{
    public static IEnumerable<SessionRow> Sessions(IEnumerable<ClickEvent> events, long timeout) =>
        from visitor in events.GroupBy(e => e.VisitorId)
        from session in Cut([.. visitor.Select(e => (e.Timestamp, e.Type, e.ItemId)).Distinct().OrderBy(e => e.Timestamp)], timeout)
        let start = session[0].Time
        let end = session[^1].Time
        select new SessionRow(
            visitor.Key, start, end, (int)((end - start) / 1000), session.Count, Count(session, EventType.View),
            Count(session, EventType.AddToCart), Count(session, EventType.Transaction), Items(session, EventType.View),
            Items(session, EventType.AddToCart), Items(session, EventType.Transaction), session.Any(e => e.Type == EventType.Transaction));

    static IEnumerable<List<(long Time, EventType Type, long Item)>> Cut((long Time, EventType Type, long Item)[] ordered, long timeout)
    {
        var sessions = new List<List<(long Time, EventType Type, long Item)>>();
        foreach (var e in ordered)
        {
            if (sessions.Count == 0 || e.Time - sessions[^1][^1].Time > timeout)
                sessions.Add([]);
            sessions[^1].Add(e);
        }
        return sessions;
    }

    static int Count(List<(long Time, EventType Type, long Item)> session, EventType type) => session.Count(e => e.Type == type);

    static string Items(List<(long Time, EventType Type, long Item)> session, EventType type) =>
        string.Join(',', session.Where(e => e.Type == type).Select(e => e.Item).Distinct().Order());
}
