using Clickstream.Core.Events;
using FsCheck;
using FsCheck.Fluent;

namespace Clickstream.Tests.Core;

/// <summary>How a batch begins.</summary>
public enum BatchStart
{
    /// <summary>With the state that the batch before left.</summary>
    Continue,

    /// <summary>With a state read from the store, as after a restart.</summary>
    Restart,

    /// <summary>The batch is applied once, its commit fails, and it comes again after a restart.</summary>
    FailFirst,
}

/// <summary>Events that arrive together.</summary>
public sealed record SessionBatch(BatchStart Start, ClickEvent[] Events);

/// <summary>A sessionizer's life: settings, and the batches that it is given.</summary>
public sealed record SessionPlan(
    long Timeout, long Lateness, bool HorizonAtNewest, long FirstHorizon, int SweepFloor, SessionBatch[] Batches)
{
    public override string ToString()
    {
        var batches = Batches.Select(batch => $"  {batch.Start}: " + string.Join(", ", batch.Events.Select(e =>
            string.Create(null, $"{e.VisitorId}@{e.Timestamp} {e.Type} {e.ItemId}{(e.TransactionId < 0 ? "" : " #" + e.TransactionId)}"))));
        return $"timeout {Timeout}, lateness {Lateness}, horizon {(HorizonAtNewest ? "at newest" : "at median")} from {FirstHorizon}, "
            + $"sweep floor {SweepFloor}\n{string.Join("\n", batches)}";
    }
}

/// <summary>
/// Plans that are likely to go wrong: few visitors, gaps around the timeout, every order of arrival, duplicates near and far, and
/// horizons from generous to aggressive.
/// </summary>
public static class SessionPlans
{
    public static Arbitrary<SessionPlan> Plans() => Arb.From(Plan, Shrink);

    static Gen<SessionPlan> Plan =>
        from timeout in Gen.Elements(1L, 1000, 30 * 60_000)
        from lateness in Gen.Elements(0, timeout, 10 * timeout)
        from horizonAtNewest in Gen.Elements(true, false)
        from firstHorizon in Gen.Elements(long.MinValue, 0)
        from sweepFloor in Gen.Elements(0, 0, 5, 1024)
        from visitors in Gen.Choose(1, 4)
        from begin in Gen.Elements(0, 1430611200000, ClickEvent.MaxTimestamp - (100 * timeout))
        from walks in Gen.CollectToArray(Enumerable.Range(0, visitors), visitor => Walk(visitor, begin, timeout))
        let distinct = walks.SelectMany(static walk => walk).ToArray()
        from duplicates in Duplicates(distinct)
        from arrival in Arrival([.. distinct, .. duplicates])
        from batches in Batches(arrival)
        select new SessionPlan(timeout, lateness, horizonAtNewest, firstHorizon, sweepFloor, batches);

    static Gen<ClickEvent[]> Walk(long visitor, long begin, long timeout) =>
        from length in Gen.Sized(size => Gen.Choose(1, 1 + (size / 4)))
        from gaps in Gen.ArrayOf(Gap(timeout), length)
        from types in Gen.ArrayOf(Gen.Elements(EventType.View, EventType.View, EventType.AddToCart, EventType.Transaction), length)
        from items in Gen.ArrayOf(Gen.Choose(1, 4), length)
        select Follow(visitor, begin, gaps, types, items);

    static Gen<long> Gap(long timeout) => Gen.Frequency(
        (2, Gen.Constant(0L)),
        (3, Gen.Elements(1, timeout / 2)),
        (4, Gen.Elements(timeout - 1, timeout, timeout + 1)),
        (3, Gen.Elements((2 * timeout) - 1, 2 * timeout, (2 * timeout) + 1)),
        (1, Gen.Choose(3, 20).Select(times => times * timeout)));

    static ClickEvent[] Follow(long visitor, long begin, long[] gaps, EventType[] types, int[] items)
    {
        var events = new ClickEvent[gaps.Length];
        var time = begin;
        for (var i = 0; i < gaps.Length; i++)
        {
            time = Math.Min(time + gaps[i], ClickEvent.MaxTimestamp);
            events[i] = new ClickEvent(time, visitor, types[i], items[i], types[i] == EventType.Transaction ? i : ClickEvent.NoTransaction);
        }
        return events;
    }

    // Of the same identity, but not always of the same transaction.
    static Gen<ClickEvent[]> Duplicates(ClickEvent[] events) =>
        from some in Gen.Frequency((1, Gen.Constant<IList<ClickEvent>>([])), (2, Gen.SubListOf(events).Select(list => (IList<ClickEvent>)list)))
        from shift in Gen.Elements(0L, 100)
        select some.Select(e => e.Type == EventType.Transaction ? e with { TransactionId = e.TransactionId + shift } : e).ToArray();

    static Gen<ClickEvent[]> Arrival(ClickEvent[] events) => Gen.OneOf(
        Gen.Shuffle(events),
        Gen.Constant(events.OrderBy(e => e.Timestamp).ToArray()),
        Gen.Constant(events.OrderByDescending(e => e.Timestamp).ToArray()),
        // Nearly sorted: each event is up to a few places late.
        Gen.ArrayOf(Gen.Choose(0, 6), events.Length).Select(delays =>
            events.OrderBy(e => e.Timestamp).Select((e, place) => (e, Place: place + delays[place])).OrderBy(x => x.Place).Select(x => x.e).ToArray()));

    static Gen<SessionBatch[]> Batches(ClickEvent[] events) =>
        from sizes in Gen.ArrayOf(Gen.Frequency((3, Gen.Choose(1, 3)), (1, Gen.Choose(4, 40))), events.Length)
        from starts in Gen.ArrayOf(
            Gen.Frequency((6, Gen.Constant(BatchStart.Continue)), (1, Gen.Constant(BatchStart.Restart)), (1, Gen.Constant(BatchStart.FailFirst))),
            events.Length)
        select Cut(events, sizes, starts).ToArray();

    static IEnumerable<SessionBatch> Cut(ClickEvent[] events, int[] sizes, BatchStart[] starts)
    {
        var done = 0;
        for (var i = 0; done < events.Length; i++)
        {
            var size = Math.Min(sizes[i], events.Length - done);
            yield return new SessionBatch(starts[i], events[done..(done + size)]);
            done += size;
        }
    }

    static IEnumerable<SessionPlan> Shrink(SessionPlan plan)
    {
        for (var i = 0; i < plan.Batches.Length; i++)
        {
            var batch = plan.Batches[i];
            yield return plan with { Batches = [.. plan.Batches[..i], .. plan.Batches[(i + 1)..]] };
            for (var j = 0; j < batch.Events.Length && batch.Events.Length > 1; j++)
                yield return With(i, batch with { Events = [.. batch.Events[..j], .. batch.Events[(j + 1)..]] });
            if (batch.Start != BatchStart.Continue)
                yield return With(i, batch with { Start = BatchStart.Continue });
        }

        SessionPlan With(int i, SessionBatch batch) => plan with { Batches = [.. plan.Batches[..i], batch, .. plan.Batches[(i + 1)..]] };
    }
}
