using Clickstream.Core.Events;
using Clickstream.Core.Settings;
using static System.FormattableString;

namespace Clickstream.Producer.Traffic;

/// <summary>Generated events to be sent, and how fast.</summary>
/// <param name="Description">For people.</param>
/// <param name="Events">In the order of their timestamps.</param>
/// <param name="Speed">How many times faster than event time; 0: as fast as possible.</param>
sealed record TrafficSource(string Description, IEnumerable<ClickEvent> Events, double Speed)
{
    const double MaxRate = 100_000;

    /// <summary>A sample of the data set's shape, with its own timestamps, and each time other events.</summary>
    /// <param name="settings">Reads <c>events</c> and <c>speed</c>.</param>
    /// <param name="seed">Decides on the events.</param>
    public static TrafficSource Sample(SettingsReader settings, long seed)
    {
        var events = settings.Integer("events", 100_000, 1, RetailGenerator.MaxCount);
        var speed = settings.Number("speed", 0, 0, 1_000_000);
        settings.ThrowIfInvalid();
        var pace = speed == 0 ? "as fast as possible" : Invariant($"at {speed} times their own speed");
        return new(Invariant($"a sample of {events:N0} events {pace}"), RetailGenerator.Generate(events, seed), speed);
    }

    /// <summary>What visitors do from now on: so many events a second, without end.</summary>
    /// <param name="settings">Reads <c>rate</c>.</param>
    /// <param name="seed">Decides on the events.</param>
    /// <param name="time">Tells when they begin.</param>
    public static TrafficSource Simulation(SettingsReader settings, long seed, TimeProvider time)
    {
        var rate = settings.Number("rate", 100, 0.1, MaxRate);
        settings.ThrowIfInvalid();
        return new(Invariant($"simulated traffic, {rate} events a second"), Live(seed, rate, time.GetUtcNow().ToUnixTimeMilliseconds()), Speed: 1);
    }

    /// <summary>The generator's events in their order, at times of our own.</summary>
    static IEnumerable<ClickEvent> Live(long seed, double rate, long start)
    {
        var generator = new RetailGenerator(seed);
        for (var i = 0L; ; i++)
        {
            var e = generator.Next();
            yield return new ClickEvent(start + (long)(i * 1000 / rate), e.VisitorId, e.Type, e.ItemId, e.TransactionId);
        }
    }
}
