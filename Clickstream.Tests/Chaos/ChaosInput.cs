using System.Globalization;
using System.Text;
using Clickstream.Core.Events;
using Clickstream.Tests.EndToEnd;

namespace Clickstream.Tests.Chaos;

/// <summary>How a producer chooses the partition of a record.</summary>
enum Route
{
    /// <summary>As the project's own producer does: by murmur2 of the visitor id.</summary>
    Home,

    /// <summary>By librdkafka's default, CRC-32 of the key.</summary>
    Foreign,

    /// <summary>By naming one.</summary>
    Explicit,
}

/// <summary>A record to be produced. <paramref name="Choice"/> is any number: the explicit partition modulo their count.</summary>
readonly record struct InputRecord(byte[]? Key, byte[]? Value, Route Route, int Choice);

/// <summary>
/// What a round produces: events hard on sessions, some twice, some late, and among them poison: records that are no valid events,
/// each of which is told from all others by its bytes.
/// </summary>
sealed class ChaosInput
{
    const double PoisonShare = 0.005;
    const double AwayShare = 0.05;
    const double KeylessShare = 0.1;

    /// <summary>Draws the records.</summary>
    /// <param name="random">Decides everything.</param>
    /// <param name="count">How many distinct events.</param>
    /// <param name="away">Whether some records go to other partitions than their visitors'.</param>
    public ChaosInput(Random random, int count, bool away)
    {
        Events = TestEvents.Make(random, count);
        var records = new List<InputRecord>();
        foreach (var e in TestEvents.Disturb(random, Events))
        {
            if (random.NextDouble() < PoisonShare)
                records.Add(MakePoison(random, records.Count));
            records.Add(MakeRecord(random, e, away));
        }
        Records = records;
    }

    /// <summary>The distinct valid events.</summary>
    public List<ClickEvent> Events { get; }

    public IReadOnlyList<InputRecord> Records { get; }

    /// <summary>What tells a poison record from others, for comparing it.</summary>
    public HashSet<string> Poison { get; } = [];

    /// <summary>Key and value as text.</summary>
    public static string Identity(byte[]? key, byte[]? value) => $"{Hex(key)}:{Hex(value)}";

    static string Hex(byte[]? bytes) => bytes is null ? "null" : Convert.ToHexString(bytes);

    static InputRecord MakeRecord(Random random, in ClickEvent e, bool away)
    {
        var key = Encoding.ASCII.GetBytes(e.VisitorId.ToString(CultureInfo.InvariantCulture));
        var value = PipelineHarness.Json(e);
        if (!away || random.NextDouble() >= AwayShare)
            return new(key, value, Route.Home, 0);
        return random.NextDouble() < KeylessShare
            ? new(null, value, Route.Foreign, 0)
            : new(key, value, random.Next(2) == 0 ? Route.Foreign : Route.Explicit, random.Next(int.MaxValue));
    }

    InputRecord MakePoison(Random random, int number)
    {
        var key = Encoding.ASCII.GetBytes($"poison {number}");
        var value = random.Next(9) switch
        {
            0 => null,
            1 => [],
            2 => Encoding.UTF8.GetBytes($"not JSON {number}"),
            3 => [0xFF, 0xFE, .. key],
            4 => Encoding.UTF8.GetBytes($$"""{"timestamp":{{TestEvents.Start}},"visitor_id":-{{number}},"event":"view","item_id":1}"""),
            5 => Encoding.UTF8.GetBytes($$"""{"timestamp":{{TestEvents.Start}},"visitor_id":1,"event":"view","item_id":9223372036854775808}"""),
            6 => Encoding.UTF8.GetBytes($$"""{"timestamp":{{TestEvents.Start}},"visitor_id":1,"event":"look","item_id":{{number}}}"""),
            7 => Encoding.UTF8.GetBytes($$"""{"timestamp":{{ClickEvent.MaxTimestamp - number}},"visitor_id":{{number}},"event":"view","item_id":1}"""),
            _ => Encoding.UTF8.GetBytes($$"""[{"timestamp":{{TestEvents.Start}},"visitor_id":1,"event":"view","item_id":{{number}}}]"""),
        };
        Poison.Add(Identity(key, value));
        return new(key, value, Route.Home, 0);
    }
}
