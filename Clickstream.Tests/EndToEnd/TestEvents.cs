using Clickstream.Core.Events;

namespace Clickstream.Tests.EndToEnd;

/// <summary>Event sets that are hard on sessions: few visitors, times that cluster around the session timeout, and all event types.</summary>
static class TestEvents
{
    public const long Start = 1_433_221_332_117;
    static readonly long s_timeout = (long)TimeSpan.FromMinutes(30).TotalMilliseconds;

    /// <summary>Distinct events, sorted by time.</summary>
    public static List<ClickEvent> Make(Random random, int count, int visitors = 200)
    {
        var events = new HashSet<ClickEvent>();
        var latest = new long[visitors];
        Array.Fill(latest, Start);
        while (events.Count < count)
        {
            var visitor = random.Next(visitors);
            // Mostly within a session; else right at its edge, or far off.
            latest[visitor] += random.Next(10) switch
            {
                < 6 => random.NextInt64(s_timeout / 3),
                6 => s_timeout,
                7 => s_timeout + 1,
                _ => random.NextInt64(5 * s_timeout),
            };
            var type = (EventType)(random.Next(10) switch { < 7 => 0, < 9 => 1, _ => 2 });
            var transaction = type == EventType.Transaction ? random.NextInt64(1000) : ClickEvent.NoTransaction;
            events.Add(new ClickEvent(latest[visitor], 1000 + visitor, type, random.Next(50), transaction));
        }
        return [.. events.OrderBy(e => e.Timestamp)];
    }

    /// <summary>The same events with duplicates, and some of them late: moved towards the end, by a little or by a lot.</summary>
    public static List<ClickEvent> Disturb(Random random, List<ClickEvent> events, double duplicates = 0.02, double late = 0.1)
    {
        var disturbed = new List<(double Position, ClickEvent Event)>();
        for (var i = 0; i < events.Count; i++)
        {
            var delay = random.NextDouble() < late ? random.NextDouble() * (random.Next(2) == 0 ? 50 : events.Count) : 0;
            disturbed.Add((i + delay, events[i]));
            if (random.NextDouble() < duplicates)
                disturbed.Add((i + (random.NextDouble() * events.Count), events[i]));
        }
        return [.. disturbed.OrderBy(e => e.Position).Select(e => e.Event)];
    }
}
