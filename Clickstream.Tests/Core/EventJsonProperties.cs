using System.Text;
using System.Text.Json;
using Clickstream.Core.Events;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Clickstream.Tests.Core;

public class EventJsonProperties
{
    [Property(Arbitrary = [typeof(ValidEvents)], MaxTest = 1000)]
    public void What_is_written_is_read_by_both_paths(ClickEvent e)
    {
        var value = Write(e);
        Assert.True(EventJson.TryParse(value, out var read, out var error));
        Assert.Equal((e, EventError.None), (read, error));
        Assert.True(EventJson.TryParse([(byte)' ', .. value], out read, out _));
        Assert.Equal(e, read);
    }

    [Property(Arbitrary = [typeof(ValidEvents)], MaxTest = 300)]
    public void What_is_written_is_the_documented_text(ClickEvent e)
    {
        var expected = JsonSerializer.Serialize(new
        {
            timestamp = e.Timestamp,
            visitor_id = e.VisitorId,
            @event = e.Type switch { EventType.View => "view", EventType.AddToCart => "addtocart", _ => "transaction" },
            item_id = e.ItemId,
            transaction_id = e.TransactionId == -1 ? null : (long?)e.TransactionId,
        });
        Assert.Equal(expected, Encoding.ASCII.GetString(Write(e)));
    }

    [Property(Arbitrary = [typeof(ValidEvents)], MaxTest = 300)]
    public void The_canonical_path_takes_what_is_written_with_up_to_18_digits(ClickEvent e)
    {
        const long TooLong = 1_000_000_000_000_000_000;
        Assert.Equal(e is { VisitorId: < TooLong, ItemId: < TooLong, TransactionId: < TooLong }, EventJson.TryParseCanonical(Write(e), out var read));
        Assert.True(read == e || read == default);
    }

    [Property(Arbitrary = [typeof(JsonTexts)], MaxTest = 3000)]
    public void Any_object_is_read_as_the_oracle_reads_it(JsonText text) => SameAsOracle(text.Bytes);

    [Property(Arbitrary = [typeof(JsonTexts)], MaxTest = 3000)]
    public void However_a_text_is_damaged_it_is_read_as_the_oracle_reads_it(DamagedText text) => SameAsOracle(text.Bytes);

    [Property(MaxTest = 1000)]
    public void Any_bytes_are_read_as_the_oracle_reads_them(byte[] bytes) => SameAsOracle(bytes);

    [Property(Arbitrary = [typeof(ValidEvents)], MaxTest = 20)]
    public void Whatever_is_cut_off_the_rest_is_not_json(ClickEvent e)
    {
        var value = Write(e);
        for (var length = 0; length < value.Length; length++)
        {
            Assert.False(EventJson.TryParse(value.AsSpan(0, length), out _, out var error));
            Assert.Equal(length == 0 ? EventError.Empty : EventError.NotJson, error);
        }
    }

    static void SameAsOracle(byte[] value)
    {
        var ok = EventJson.TryParse(value, out var e, out var error);
        Assert.Equal(EventJsonOracle.Parse(value), (e, error));
        Assert.Equal(error == EventError.None, ok);

        // The canonical path is a pure shortcut: what it takes the general path, which the space enforces, reads alike.
        if (EventJson.TryParseCanonical(value, out var canonical))
        {
            Assert.True(EventJson.TryParse([(byte)' ', .. value], out var general, out _));
            Assert.Equal(general, canonical);
        }
    }

    static byte[] Write(ClickEvent e)
    {
        var buffer = new byte[EventJson.MaxLength];
        return buffer[..EventJson.Write(e, buffer)];
    }

    /// <summary>A JSON object whose members are more or less those of an event.</summary>
    public sealed record JsonText(byte[] Bytes)
    {
        public override string ToString() => Encoding.UTF8.GetString(Bytes);
    }

    /// <summary>A text of an event with some bytes changed, taken out or put in.</summary>
    public sealed record DamagedText(byte[] Bytes)
    {
        public override string ToString() => $"{Encoding.UTF8.GetString(Bytes)} = {Convert.ToHexString(Bytes)}";
    }

    public static class JsonTexts
    {
        public static Arbitrary<JsonText> Objects() => Arb.From(Object.Select(text => new JsonText(Encoding.UTF8.GetBytes(text))));

        public static Arbitrary<DamagedText> Damaged() => Arb.From(
            from bytes in Gen.OneOf(ValidEvents.Event.Select(Write), Object.Select(Encoding.UTF8.GetBytes))
            from edits in Gen.Choose(1, 3)
            from damaged in Enumerable.Range(0, edits).Aggregate(Gen.Constant(bytes), (text, _) => text.SelectMany(Damage))
            select new DamagedText(damaged));

        static Gen<string> Object =>
            from timestamp in Members("timestamp", Integer)
            from visitorId in Members("visitor_id", Integer)
            from type in Members("event", Type)
            from itemId in Members("item_id", Integer)
            from transactionId in Members("transaction_id", Gen.OneOf(Integer, Gen.Constant("null")))
            from unknown in Gen.Choose(0, 3).SelectMany(count => Gen.ArrayOf(Unknown, count))
            from members in Gen.Shuffle<string>([.. timestamp, .. visitorId, .. type, .. itemId, .. transactionId, .. unknown])
            from before in Space
            from after in Space
            select $"{before}{{{string.Join(',', members)}}}{after}";

        // Mostly once, sometimes not at all, sometimes twice with different values.
        static Gen<string[]> Members(string name, Gen<string> value) =>
            Gen.Frequency((1, Gen.Constant(0)), (30, Gen.Constant(1)), (3, Gen.Constant(2))).SelectMany(count => Gen.ArrayOf(
                Member(name, Gen.Frequency((20, value), (1, Value))), count));

        static Gen<string> Member(string name, Gen<string> value) =>
            from quoted in Quoted(name)
            from text in value
            from spaces in Gen.ArrayOf(Space, 4)
            select $"{spaces[0]}{quoted}{spaces[1]}:{spaces[2]}{text}{spaces[3]}";

        static Gen<string> Unknown => Gen.Elements(
            "", "Timestamp", "timestamps", "timestam", "visitorid", "visitor_id ", "type", "évènement", "\u0001", "🛒", "a\"b\\c", new string('x', 300))
            .SelectMany(name => Member(name, Value));

        static Gen<string> Integer => Gen.Frequency(
            (20, ValidEvents.Number(ClickEvent.MaxTimestamp).Select(number => string.Create(null, $"{number}"))),
            (2, ValidEvents.Number(long.MaxValue).Select(number => string.Create(null, $"{number}"))),
            (1, Gen.Elements(
                "-0", "-1", "1.0", "1e3", "1E+2", "0.5", "253402300799999", "253402300800000", "9223372036854775807", "9223372036854775808",
                "18446744073709551616", "10000000000000000000", "123456789012345678901234567890", "1e400", "-9223372036854775808", "\"5\"")));

        static Gen<string> Type => Gen.Frequency(
            (10, Gen.Elements("view", "addtocart", "transaction").SelectMany(Quoted)),
            (1, Gen.Elements("\"View\"", "\"\"", "\"views\"", "\"view \"", "\"add_to_cart\"", "\"\\ud800\"", "\"vie\\ud800\"", "\"v\\u0069ew\\udfff\"")));

        static Gen<string> Value => Gen.Sized(Nested);

        static Gen<string> Nested(int size)
        {
            var leaf = Gen.Elements("null", "true", "false", "0", "-1.5e-7", "\"\"", "\"a\\n\\u00e9\"", "\"}\"", "[]", "{}");
            if (size == 0)
                return leaf;
            var deeper = Nested(size / 3);
            return Gen.OneOf(
                leaf,
                from items in Gen.ArrayOf(deeper, 2) select $"[{string.Join(',', items)}]",
                from value in deeper select $"{{\"timestamp\":{value}}}");
        }

        /// <summary>A JSON string, some of whose characters are escaped without need.</summary>
        static Gen<string> Quoted(string text) =>
            from escapes in Gen.Frequency(
                (3, Gen.Constant(new int[text.Length])),
                (1, Gen.ArrayOf(Gen.Choose(0, 2), text.Length)))
            select $"\"{string.Concat(text.Select((c, i) => Escape(c, escapes[i])))}\"";

        static string Escape(char c, int how) => how switch
        {
            1 => string.Create(null, $"\\u{(int)c:x4}"),
            2 => string.Create(null, $"\\u{(int)c:X4}"),
            _ when c is '"' or '\\' => $"\\{c}",
            _ when c < ' ' || char.IsSurrogate(c) => string.Create(null, $"\\u{(int)c:x4}"),
            _ => c.ToString(),
        };

        static Gen<string> Space => Gen.Frequency((5, Gen.Constant("")), (1, Gen.Elements(" ", "\t", "\r\n", "\n  ")));

        static Gen<byte[]> Damage(byte[] bytes) =>
            from place in Gen.Choose(0, bytes.Length)
            from length in Gen.Choose(0, Math.Min(2, bytes.Length - place))
            from inserted in Gen.OneOf(
                Gen.Constant<byte[]>([]),
                Gen.Elements("0123456789-+.eE\"\\{}[],: nulltrue\0\x01\x7f".Select(c => (byte)c)).Select(b => new[] { b }),
                Gen.Elements<byte[]>([0xff], [0x80], [0xc3], [0xc3, 0xa9], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0xf0, 0x9f, 0x9b]),
                Gen.Elements("\\u0000", "\\ud800", "00", "null", "//", "/**/").Select(Encoding.ASCII.GetBytes))
            select (byte[])[.. bytes[..place], .. inserted, .. bytes[(place + length)..]];
    }
}
