using Clickstream.Core.Events;
using Clickstream.Core.Sessions;

namespace Clickstream.Tests.Core;

public class SessionizerTests
{
    const long Timeout = 30 * 60_000;
    const long Noon = 1430654400000;

    [Fact]
    public void A_gap_of_exactly_the_timeout_stays_in_the_session()
    {
        var sessionizer = new Sessionizer(Timeout, 0);
        Add(sessionizer, Noon, Noon + Timeout, Noon + Timeout + Timeout + 1);
        Assert.Equal([(Noon, Noon + Timeout), (Noon + (2 * Timeout) + 1, Noon + (2 * Timeout) + 1)], Spans(sessionizer));
    }

    [Fact]
    public void Duration_is_cut_off_to_whole_seconds()
    {
        var sessionizer = new Sessionizer(Timeout, 0);
        Add(sessionizer, Noon, Noon + 61_999);
        Assert.Equal(61, Assert.Single(sessionizer.Changed).DurationSeconds);
    }

    [Fact]
    public void A_merged_session_keeps_the_earlier_start_and_has_the_counts_and_items_of_both()
    {
        var sessionizer = new Sessionizer(Timeout, 0);
        sessionizer.Load(new Session(7, Noon, Noon + 10, 2, 1, 0, new ItemSet([1, 5]), new ItemSet([5]), default));
        sessionizer.Load(new Session(7, Noon + (2 * Timeout), Noon + (2 * Timeout) + 10, 1, 0, 1, new ItemSet([3]), default, new ItemSet([9])));
        sessionizer.Add(new ClickEvent(Noon + Timeout, 7, EventType.AddToCart, 4, ClickEvent.NoTransaction));

        var merged = Assert.Single(sessionizer.Changed);
        Assert.Equal(
            new SessionRow(7, Noon, Noon + (2 * Timeout) + 10, 3600, 6, 3, 2, 1, "1,3,5", "4,5", "9", true), SessionRow.Of(merged));
        Assert.Equal([new SessionKey(7, Noon), new SessionKey(7, Noon + (2 * Timeout))], sessionizer.Replaced.OrderBy(key => key.Start));
        Assert.Equal(1, sessionizer.Count);
    }

    [Fact]
    public void A_session_that_merges_away_in_the_batch_that_opened_it_leaves_no_trace()
    {
        var sessionizer = new Sessionizer(Timeout, 0);
        Add(sessionizer, Noon, Noon + (2 * Timeout), Noon + Timeout);
        Assert.Equal([(Noon, Noon + (2 * Timeout))], Spans(sessionizer));
        Assert.Empty(sessionizer.Replaced);
    }

    [Fact]
    public void Of_a_session_that_changes_again_and_again_the_stored_row_is_replaced_once()
    {
        var sessionizer = new Sessionizer(Timeout, 0);
        Add(sessionizer, Noon);
        sessionizer.Commit(0);
        Add(sessionizer, Noon - 10, Noon - 20, Noon + 5);

        var session = Assert.Single(sessionizer.Changed);
        Assert.Equal((Noon - 20, Noon), (session.Start, session.StoredStart));
        Assert.Equal([new SessionKey(7, Noon)], sessionizer.Replaced);
        sessionizer.Commit(0);
        Assert.Equal(Noon - 20, session.StoredStart);
    }

    [Fact]
    public void What_ends_at_the_horizon_is_covered_and_kept()
    {
        var sessionizer = new Sessionizer(Timeout, Noon) { SweepFloor = 0 };
        Assert.True(sessionizer.Covers(Noon + Timeout));
        Assert.False(sessionizer.Covers(Noon + Timeout - 1));

        Add(sessionizer, Noon, Noon - Timeout - 1);
        sessionizer.Commit(Noon);
        Assert.Equal(1, sessionizer.Count);
        Add(sessionizer, Noon + Timeout);
        Assert.Equal([(Noon, Noon + Timeout)], Spans(sessionizer));
    }

    [Fact]
    public void A_session_that_is_loaded_twice_is_there_once()
    {
        var sessionizer = new Sessionizer(Timeout, Noon);
        for (var i = 0; i < 2; i++)
            sessionizer.Load(new Session(7, Noon, Noon, 1, 0, 0, new ItemSet([1]), default, default));
        Assert.Equal(1, sessionizer.Count);
        Assert.Empty(sessionizer.Changed);
    }

    [Fact]
    public void A_flood_of_late_events_does_not_stay_in_memory()
    {
        // A backfill: every batch is far before the horizon, which therefore never moves.
        var sessionizer = new Sessionizer(Timeout, Noon);
        for (var batch = 0; batch < 100; batch++)
        {
            for (var visitor = 0; visitor < 500; visitor++)
                sessionizer.Add(new ClickEvent(1000, (batch * 500) + visitor, EventType.View, 1, ClickEvent.NoTransaction));
            sessionizer.Commit(1000 - Timeout);
            Assert.InRange(sessionizer.Count, 0, 1024 + 500);
        }
    }

    [Theory]
    [InlineData(5_000, false, 11)]
    [InlineData(5_000, true, 12)]
    [InlineData(777, false, 13)]
    public void Retail_events_that_arrive_out_of_order_give_the_oracles_sessions_in_bounded_memory(int batchSize, bool horizonAtNewest, int seed)
    {
        // Arrival is mostly jittered by minutes; one event in a hundred is up to ten days late, and one in fifty comes twice.
        var random = new Random(seed);
        var arrivals = RetailGenerator.Generate(60_000, seed)
            .SelectMany(e => Enumerable.Repeat(e, random.Next(50) == 0 ? 2 : 1))
            .Select(e => (Event: e, Time: e.Timestamp + random.Next(10 * 60_000) + (random.Next(100) == 0 ? random.NextInt64(10L * 86_400_000) : 0)))
            .OrderBy(arrival => arrival.Time).Select(arrival => arrival.Event);

        var lane = new SessionLane(Timeout, 60 * 60_000, horizonAtNewest, 0);
        foreach (var events in arrivals.Chunk(batchSize))
            lane.Run(new SessionBatch(random.Next(10) == 0 ? BatchStart.Restart : BatchStart.Continue, events));

        Assert.Equal(
            SessionOracle.Sessions(lane.Events, Timeout).OrderBy(row => (row.VisitorId, row.Start)),
            lane.Rows.OrderBy(row => (row.VisitorId, row.Start)));
        // The state is a small part of what is stored, and most events need no look-up.
        Assert.InRange(lane.Sessionizer.Count, 1, lane.Rows.Count() / 5);
        if (!horizonAtNewest)
            Assert.InRange(lane.LookUps, 1, 10_000);
    }

    static void Add(Sessionizer sessionizer, params long[] times)
    {
        foreach (var time in times)
            sessionizer.Add(new ClickEvent(time, 7, EventType.View, 1, ClickEvent.NoTransaction));
    }

    static IEnumerable<(long, long)> Spans(Sessionizer sessionizer) =>
        sessionizer.Changed.Select(session => (session.Start, session.End)).OrderBy(span => span.Start);
}
