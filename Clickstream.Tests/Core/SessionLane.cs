using System.Runtime.InteropServices;
using Clickstream.Core.Events;
using Clickstream.Core.Sessions;

namespace Clickstream.Tests.Core;

/// <summary>
/// What the consumer does around a <see cref="Sessionizer"/>, with dictionaries in place of the database. Each step of the
/// contract is asserted on the way.
/// </summary>
sealed class SessionLane(long timeout, long lateness, bool horizonAtNewest, long horizon, int? sweepFloor = null)
{
    readonly Dictionary<(long, long, EventType, long), ClickEvent> _events = [];
    readonly Dictionary<long, Dictionary<long, SessionRow>> _rows = []; // by visitor, by start
    Sessionizer _sessionizer = Create(timeout, horizon, sweepFloor);
    int _mostKept;

    public IEnumerable<ClickEvent> Events => _events.Values;

    public IEnumerable<SessionRow> Rows => _rows.Values.SelectMany(rows => rows.Values);

    public Sessionizer Sessionizer => _sessionizer;

    /// <summary>Look-ups of stored sessions so far.</summary>
    public int LookUps { get; private set; }

    public void Run(SessionBatch batch)
    {
        if (batch.Start == BatchStart.FailFirst)
            Apply(New(batch.Events));
        if (batch.Start != BatchStart.Continue)
            Restart();

        var fresh = New(batch.Events);
        Apply(fresh);
        Store();
        foreach (var e in fresh)
            _events.Add(Identity(e), e);
        Commit(batch.Events);
    }

    /// <summary>Drops the state and reads it again: the sessions that end at or after the horizon.</summary>
    public void Restart()
    {
        _sessionizer = Create(timeout, _sessionizer.Horizon, sweepFloor);
        foreach (var row in Rows.Where(row => row.End >= _sessionizer.Horizon))
            _sessionizer.Load(row.ToSession());
        _mostKept = _sessionizer.Count;
    }

    static Sessionizer Create(long timeout, long horizon, int? sweepFloor) =>
        sweepFloor is { } floor ? new Sessionizer(timeout, horizon) { SweepFloor = floor } : new Sessionizer(timeout, horizon);

    static (long, long, EventType, long) Identity(ClickEvent e) => (e.VisitorId, e.Timestamp, e.Type, e.ItemId);

    ClickEvent[] New(ClickEvent[] events) => [.. events.DistinctBy(Identity).Where(e => !_events.ContainsKey(Identity(e)))];

    void Apply(ClickEvent[] events)
    {
        foreach (var visitor in events.Where(e => !_sessionizer.Covers(e.Timestamp)).ToLookup(e => e.VisitorId))
        {
            var near = RowsOf(visitor.Key).Values.Where(row =>
                visitor.Any(e => row.End >= e.Timestamp - timeout && row.Start <= e.Timestamp + timeout));
            foreach (var row in near)
                _sessionizer.Load(row.ToSession());
            LookUps++;
        }
        foreach (var e in events)
            _sessionizer.Add(e);
    }

    Dictionary<long, SessionRow> RowsOf(long visitorId) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_rows, visitorId, out _) ??= [];

    void Store()
    {
        var changed = _sessionizer.Changed.ToArray();
        // Each row that a changed session had is replaced, and what is left over merged away.
        var had = changed.Where(session => session.StoredStart != Session.NotStored)
            .Select(session => new SessionKey(session.VisitorId, session.StoredStart)).ToArray();
        Assert.Equal(had.Length, had.Distinct().Count());
        Assert.Subset(_sessionizer.Replaced.ToHashSet(), had.ToHashSet());
        Assert.Equal(_sessionizer.Replaced.Count, _sessionizer.Replaced.Distinct().Count());

        foreach (var key in _sessionizer.Replaced)
            Assert.True(RowsOf(key.VisitorId).Remove(key.Start), $"{key} is to be deleted, but there is no such row");
        foreach (var session in changed)
            Assert.True(RowsOf(session.VisitorId).TryAdd(session.Start, SessionRow.Of(session)), $"{session.VisitorId}-{session.Start} is there already");
    }

    void Commit(ClickEvent[] events)
    {
        var changed = _sessionizer.Changed.ToArray();
        var before = _sessionizer.Horizon;
        var times = events.Select(e => e.Timestamp).Order().ToArray();
        var asked = horizonAtNewest ? times[^1] : times[times.Length / 2] - timeout - lateness;
        _sessionizer.Commit(asked);

        Assert.Equal(Math.Max(before, asked), _sessionizer.Horizon);
        Assert.Empty(_sessionizer.Changed);
        Assert.Empty(_sessionizer.Replaced);
        Assert.All(changed, session => Assert.Equal(session.Start, session.StoredStart));

        // Everything at or after the horizon is in memory, and not much more.
        var kept = Rows.Count(row => row.End >= _sessionizer.Horizon);
        _mostKept = Math.Max(_mostKept, kept);
        Assert.InRange(_sessionizer.Count, kept, _sessionizer.SweepFloor + (2 * _mostKept));
    }
}
