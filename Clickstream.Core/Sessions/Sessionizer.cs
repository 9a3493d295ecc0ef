using System.Runtime.InteropServices;
using Clickstream.Core.Events;

namespace Clickstream.Core.Sessions;

/// <summary>The key of a row of <c>sessions</c>: visitor and start in Unix milliseconds.</summary>
public readonly record struct SessionKey(long VisitorId, long Start);

/// <summary>
/// Turns distinct events into sessions, in memory, whatever the order in which they come. It holds every session that ends at or
/// after the horizon, so an event of which <see cref="Covers"/> is true can only touch what is here; for an older one the stored
/// sessions near it are <see cref="Load"/>ed first. What changed since the last commit is in <see cref="Changed"/> and
/// <see cref="Replaced"/>: delete the replaced rows, insert the changed sessions, and the table is right.
/// </summary>
/// <param name="timeout">The longest gap inside a session, in milliseconds; a gap of exactly this stays inside.</param>
/// <param name="horizon">Unix milliseconds.</param>
public sealed class Sessionizer(long timeout, long horizon)
{
    /// <summary>A visitor's sessions form a list, newest first: an event mostly belongs to the newest one or after it.</summary>
    readonly Dictionary<long, Session> _newest = [];
    readonly List<Session> _touched = [];
    readonly List<SessionKey> _replaced = [];
    int _countAfterSweep;

    /// <summary>So many sessions may stay without a sweep, whatever the horizon asks for.</summary>
    internal int SweepFloor { get; init; } = 1024;

    /// <summary>The event-time horizon, in Unix milliseconds. It never goes back.</summary>
    public long Horizon { get; private set; } = horizon;

    /// <summary>The number of sessions in memory.</summary>
    public int Count { get; private set; }

    /// <summary>Sessions to be inserted since the last commit: new ones, and changed ones whose old row is in <see cref="Replaced"/>.</summary>
    public IEnumerable<Session> Changed => _touched.Where(static session => session.IsChanged);

    /// <summary>Keys of stored rows that no longer stand as they are: their sessions changed, moved their start, or merged away.</summary>
    public IReadOnlyList<SessionKey> Replaced => _replaced;

    /// <summary>True where an event of this time can only touch sessions that are in memory.</summary>
    public bool Covers(long timestamp) => timestamp - timeout >= Horizon;

    /// <summary>Puts a stored session into memory; does nothing where it is there already.</summary>
    public void Load(Session stored)
    {
        ref var newest = ref CollectionsMarshal.GetValueRefOrAddDefault(_newest, stored.VisitorId, out _);
        Session? newer = null;
        var older = newest;
        while (older is not null && older.Start > stored.Start)
            (newer, older) = (older, older.Older);
        if (older?.Start != stored.Start)
            Insert(stored, newer, older, ref newest);
    }

    /// <summary>Applies an event that was never applied before.</summary>
    public void Add(in ClickEvent e)
    {
        ref var newest = ref CollectionsMarshal.GetValueRefOrAddDefault(_newest, e.VisitorId, out _);
        Session? newer = null;
        var session = newest;
        while (session is not null && session.Start - e.Timestamp > timeout)
            (newer, session) = (session, session.Older);

        if (session is null || e.Timestamp - session.End > timeout)
        {
            var opened = new Session(e);
            Insert(opened, newer, session, ref newest);
            Touch(opened);
            return;
        }

        Touch(session);
        session.Add(e);
        // The event may have closed the gap to the session before. Not to the one after: that starts too late for this event,
        // and nothing else of this session moved.
        if (session.Older is { } before && session.Start - before.End <= timeout)
        {
            session.Older = before.Older;
            Count--;
            session.Absorb(before);
            if (!before.IsChanged && before.StoredStart != Session.NotStored)
                _replaced.Add(new SessionKey(before.VisitorId, before.StoredStart));
            before.IsChanged = false;
        }
    }

    /// <summary>To be called when the changes are stored: they count as stored from here on, and the horizon moves, never back.</summary>
    public void Commit(long horizon)
    {
        foreach (var session in Changed)
            session.MarkStored();
        _touched.Clear();
        _replaced.Clear();
        Horizon = Math.Max(Horizon, horizon);
        // A sweep looks at every visitor, so it waits until it is worth it: memory stays within twice of what the horizon asks for.
        // It does not wait for the horizon to move: in a flood of late events it stands still, and each of them loads or opens a session.
        if (Count > SweepFloor + (2 * _countAfterSweep))
            Sweep();
    }

    void Touch(Session session)
    {
        if (session.IsChanged)
            return;
        session.IsChanged = true;
        _touched.Add(session);
        if (session.StoredStart != Session.NotStored)
            _replaced.Add(new SessionKey(session.VisitorId, session.StoredStart));
    }

    void Insert(Session session, Session? newer, Session? older, ref Session? newest)
    {
        session.Older = older;
        if (newer is null)
            newest = session;
        else
            newer.Older = session;
        Count++;
    }

    void Sweep()
    {
        foreach (var (visitorId, newest) in _newest)
        {
            if (newest.End < Horizon)
            {
                for (var session = newest; session is not null; session = session.Older)
                    Count--;
                _newest.Remove(visitorId);
                continue;
            }
            // Sessions of a visitor are disjoint, so behind the first that ended too early all did.
            var last = newest;
            while (last.Older is { } older && older.End >= Horizon)
                last = older;
            for (var session = last.Older; session is not null; session = session.Older)
                Count--;
            last.Older = null;
        }
        _countAfterSweep = Count;
    }
}
