using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Clickstream.Core.Events;
using Clickstream.Tests.Core;
using Clickstream.Tests.EndToEnd;

namespace Clickstream.Tests.Search.Difference;

/// <summary>Documents by their ids: what the indexer makes of events and sessions, and others that are hard on a search engine.</summary>
static class CorpusDocuments
{
    /// <summary>The documents of events.</summary>
    public static IEnumerable<(string Id, JsonObject Source)> OfEvents(IEnumerable<ClickEvent> events) =>
        from e in events
        let name = Encoding.ASCII.GetString(EventTypes.Name(e.Type))
        select (string.Create(CultureInfo.InvariantCulture, $"{e.VisitorId}-{e.Timestamp}-{name}-{e.ItemId}"), new JsonObject
        {
            ["event_time"] = e.Timestamp,
            ["visitor_id"] = e.VisitorId,
            ["event"] = name,
            ["item_id"] = e.ItemId,
            ["transaction_id"] = e.TransactionId == ClickEvent.NoTransaction ? null : e.TransactionId,
        });

    /// <summary>The documents of the sessions of events.</summary>
    public static IEnumerable<(string Id, JsonObject Source)> OfSessions(IEnumerable<ClickEvent> events) =>
        from session in SessionOracle.Sessions(events, (long)TimeSpan.FromMinutes(30).TotalMilliseconds)
        let id = string.Create(CultureInfo.InvariantCulture, $"{session.VisitorId}-{session.Start}")
        select (id, new JsonObject
        {
            ["session_id"] = id,
            ["visitor_id"] = session.VisitorId,
            ["session_start"] = session.Start,
            ["session_end"] = session.End,
            ["duration_seconds"] = session.DurationSeconds,
            ["event_count"] = session.EventCount,
            ["view_count"] = session.ViewCount,
            ["cart_count"] = session.CartCount,
            ["transaction_count"] = session.TransactionCount,
            ["items_viewed"] = Items(session.ItemsViewed),
            ["items_carted"] = Items(session.ItemsCarted),
            ["items_purchased"] = Items(session.ItemsPurchased),
            ["converted"] = session.Converted,
            ["feed_version"] = 1 + (session.Start % 7),
        });

    /// <summary>Events of few visitors with many sessions, and of many visitors with few events.</summary>
    public static List<ClickEvent> Events(int seed) =>
    [
        .. TestEvents.Make(new Random(seed), 1500, visitors: 60)
            .Concat(RetailGenerator.Generate(1000, seed))
            .DistinctBy(static e => (e.VisitorId, e.Timestamp, e.Type, e.ItemId)),
    ];

    /// <summary>Documents of no order: absent, empty and many values, the ends of ranges, texts of several alphabets.</summary>
    public static IEnumerable<(string Id, JsonObject Source)> Hostile(int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var id = i.ToString("0000", CultureInfo.InvariantCulture);
            var source = new JsonObject { ["id"] = id };
            if (random.Next(4) > 0)
                source["count"] = random.Next(-50, 200);
            if (random.Next(4) > 0)
                source["long"] = random.Next(8) switch { 0 => long.MinValue, 1 => long.MaxValue, 2 => 0, _ => random.NextInt64() >> random.Next(63) };
            if (random.Next(3) > 0)
                source["ratio"] = random.Next(6) == 0 ? random.Next(-2, 3) : Math.Round((random.NextDouble() * 20) - 10, 3);
            if (random.Next(3) > 0)
                source["word"] = s_words[random.Next(s_words.Length)];
            if (random.Next(3) > 0)
                source["words"] = new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => (JsonNode)s_words[random.Next(s_words.Length)])]);
            if (random.Next(3) > 0)
                source["flag"] = random.Next(2) == 0;
            if (random.Next(3) > 0)
                source["time"] = Date(random);
            if (random.Next(3) > 0)
                source["text"] = string.Join(' ', Enumerable.Range(0, random.Next(1, 6)).Select(_ => s_textWords[random.Next(s_textWords.Length)]));
            yield return (id, source);
        }
    }

    static readonly string[] s_words =
        ["alpha", "Alpha", "beta", "beta max", "gamma", "ärger", "Ωmega", "日本", "😀", "a:b", "x-y", "42", "", "the", "nevermore", "be"];

    // An emoji is a word to newer versions of Lucene, and none to the embedded node's.
    static readonly string[] s_textWords = [.. s_words.Where(static word => word != "😀")];

    static JsonValue Date(Random random)
    {
        var time = random.Next(10) switch
        {
            0 => DateTimeOffset.UnixEpoch,
            1 => new DateTimeOffset(2015, 5, 31, 23, 59, 59, 999, TimeSpan.Zero),
            2 => new DateTimeOffset(2016, 2, 29, 0, 0, 0, TimeSpan.Zero),
            _ => new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(2 * 365 * 24 * 60)),
        };
        return random.Next(2) == 0
            ? JsonValue.Create(time.ToUnixTimeMilliseconds())
            : JsonValue.Create(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }

    static JsonArray Items(string list) => new(
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static item => (JsonNode)long.Parse(item, CultureInfo.InvariantCulture))]);
}
