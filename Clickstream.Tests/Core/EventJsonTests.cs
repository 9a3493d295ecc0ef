using System.Text;
using Clickstream.Core.Events;

namespace Clickstream.Tests.Core;

public class EventJsonTests
{
    const string Canonical = """{"timestamp":1433221332117,"visitor_id":257597,"event":"view","item_id":355908,"transaction_id":null}""";

    static readonly ClickEvent s_event = new(1433221332117, 257597, EventType.View, 355908, ClickEvent.NoTransaction);

    [Theory]
    [InlineData(Canonical)]
    [InlineData("""{"item_id":355908,"event":"view","visitor_id":257597,"timestamp":1433221332117}""")]
    [InlineData("""{"\u0074imestamp":1433221332117,"visitor\u005Fid":257597,"event":"\u0076iew","item_id":355908,"transaction_id":null}""")]
    [InlineData("""{"x":{"timestamp":[{"visitor_id":{}}]},"timestamp":1433221332117,"visitor_id":257597,"event":"view","item_id":355908,"y":[[[]]]}""")]
    [InlineData("""{"timestamp":"no","timestamp":1433221332117,"visitor_id":257597,"event":7,"event":"view","item_id":1,"item_id":355908}""")]
    [InlineData("\r\n\t " + Canonical + " \n")]
    [InlineData("""{"\ud800imestamp0":1,"timestamp":1433221332117,"visitor_id":257597,"event":"view","item_id":355908,"z":"\udfff"}""")]
    public void Members_in_any_form_and_order_are_read(string value) => Assert.Equal((s_event, EventError.None), Parse(value));

    [Theory]
    [InlineData("", EventError.Empty)]
    [InlineData(" ", EventError.NotJson)]
    [InlineData("null", EventError.NotJson)]
    [InlineData("[]", EventError.NotJson)]
    [InlineData("7", EventError.NotJson)]
    [InlineData("\"view\"", EventError.NotJson)]
    [InlineData("{", EventError.NotJson)]
    [InlineData("[" + Canonical + "]", EventError.NotJson)]
    [InlineData(Canonical + "x", EventError.NotJson)]
    [InlineData(Canonical + Canonical, EventError.NotJson)]
    [InlineData(Canonical + ",", EventError.NotJson)]
    [InlineData(Canonical + "\0", EventError.NotJson)]
    [InlineData("\ufeff" + Canonical, EventError.NotJson)]
    [InlineData("/**/" + Canonical, EventError.NotJson)]
    [InlineData("{\"timestamp\":1,}", EventError.NotJson)]
    [InlineData("{timestamp:1}", EventError.NotJson)]
    [InlineData("{'timestamp':1}", EventError.NotJson)]
    [InlineData("{\"x\":\"\n\"}", EventError.NotJson)]
    [InlineData("{\"x\":\"\\x\"}", EventError.NotJson)]
    [InlineData("{\"timestamp\":01}", EventError.NotJson)]
    [InlineData("""{"timestamp":1433221332117,"visitor_id":0257597,"event":"view","item_id":355908,"transaction_id":null}""", EventError.NotJson)]
    [InlineData("{\"timestamp\":+1}", EventError.NotJson)]
    [InlineData("{\"timestamp\":1.}", EventError.NotJson)]
    [InlineData("{\"timestamp\":NaN}", EventError.NotJson)]
    [InlineData("{}", EventError.Timestamp)]
    [InlineData("""{"Timestamp":1,"visitor_id":1,"event":"view","item_id":1}""", EventError.Timestamp)]
    [InlineData("""{"timestamp":1}""", EventError.VisitorId)]
    [InlineData("""{"timestamp":1,"visitor_id":1}""", EventError.Type)]
    [InlineData("""{"timestamp":1,"visitor_id":1,"event":"view"}""", EventError.ItemId)]
    [InlineData("""{"timestamp":1,"visitor_id":1,"event":"View","item_id":1}""", EventError.Type)]
    [InlineData("""{"timestamp":1,"visitor_id":1,"event":"vie\ud800","item_id":1}""", EventError.Type)]
    [InlineData("""{"timestamp":1,"visitor_id":1,"event":["view"],"item_id":1}""", EventError.Type)]
    [InlineData("""{"timestamp":1,"visitor_id":1,"event":null,"item_id":1}""", EventError.Type)]
    [InlineData("""{"timestamp":1,"visitor_id":1,"event":"view","item_id":1,"transaction_id":"5"}""", EventError.TransactionId)]
    [InlineData("""{"timestamp":1,"visitor_id":1,"event":"view","item_id":1,"transaction_id":-1}""", EventError.TransactionId)]
    [InlineData("""{"timestamp":1,"visitor_id":1,"event":"view","item_id":1,"transaction_id":{}}""", EventError.TransactionId)]
    public void What_is_not_an_event_is_refused_with_its_reason(string value, EventError expected) =>
        Assert.Equal((default, expected), Parse(value));

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-0", 0L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("999999999999999999", 999999999999999999L)]
    [InlineData("1000000000000000000", 1000000000000000000L)]
    [InlineData("9223372036854775808", null)]
    [InlineData("9999999999999999999", null)]
    [InlineData("18446744073709551617", null)]
    [InlineData("-1", null)]
    [InlineData("1.0", null)]
    [InlineData("1e3", null)]
    [InlineData("1E400", null)]
    [InlineData("true", null)]
    [InlineData("null", null)]
    [InlineData("\"1\"", null)]
    public void An_id_is_a_plain_integer_from_0_to_the_greatest_long(string number, long? expected)
    {
        var (e, error) = Parse(Canonical.Replace("257597", number, StringComparison.Ordinal));
        Assert.Equal(expected is null ? EventError.VisitorId : EventError.None, error);
        Assert.Equal(expected ?? 0, e.VisitorId);
    }

    [Theory]
    [InlineData("0", EventError.None)]
    [InlineData("253402300799999", EventError.None)]
    [InlineData("253402300800000", EventError.Timestamp)]
    [InlineData("-1", EventError.Timestamp)]
    public void A_timestamp_is_at_most_the_last_millisecond_of_9999(string number, EventError expected)
    {
        Assert.Equal(expected, Parse(Canonical.Replace("1433221332117", number, StringComparison.Ordinal)).Error);
        Assert.Equal(expected, Parse(" " + Canonical.Replace("1433221332117", number, StringComparison.Ordinal)).Error);
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc3 })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    public void Text_that_is_not_utf8_is_not_json_wherever_it_stands(byte[] bytes)
    {
        foreach (var (before, after) in ((string, string)[])[("{\"x\":\"", "\"," + Canonical[1..]), ("{\"x", "\":1," + Canonical[1..])])
        {
            byte[] value = [.. Encoding.UTF8.GetBytes(before), .. bytes, .. Encoding.UTF8.GetBytes(after)];
            Assert.False(EventJson.TryParse(value, out _, out var error));
            Assert.Equal(EventError.NotJson, error);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void Unknown_members_may_be_as_deep_as_they_like(int depth)
    {
        var nested = new string('[', depth) + new string(']', depth);
        Assert.Equal((s_event, EventError.None), Parse($"{{\"x\":{nested},{Canonical[1..]}"));
        Assert.Equal((default, EventError.NotJson), Parse($"{{\"x\":{nested[1..]},{Canonical[1..]}"));
        Assert.Equal((default, EventError.NotJson), Parse(nested));
    }

    [Fact]
    public void A_long_value_is_read_too()
    {
        var filler = new string('x', 5_000_000);
        Assert.Equal((s_event, EventError.None), Parse($"{{\"{filler}\":\"{filler}\",{Canonical[1..]}"));
        Assert.Equal((default, EventError.VisitorId), Parse(Canonical.Replace("257597", new string('9', 1_000_000), StringComparison.Ordinal)));
    }

    [Fact]
    public void The_longest_event_fits_the_documented_length()
    {
        var e = new ClickEvent(ClickEvent.MaxTimestamp, long.MaxValue, EventType.Transaction, long.MaxValue, long.MaxValue);
        var buffer = new byte[EventJson.MaxLength];
        Assert.Equal((e, EventError.None), Parse(Encoding.ASCII.GetString(buffer, 0, EventJson.Write(e, buffer))));
    }

    [Fact]
    public void Neither_direction_allocates()
    {
        var canonical = Encoding.UTF8.GetBytes(Canonical);
        var general = Encoding.UTF8.GetBytes("""{"x":[{}],"item_id":355908,"\u0065vent":"view","visitor_id":257597,"timestamp":1433221332117}""");
        var buffer = new byte[EventJson.MaxLength];
        var read = 0;
        var before = 0L;
        for (var i = 0; i < 1000; i++)
        {
            if (i == 10)
                before = GC.GetAllocatedBytesForCurrentThread();
            read += EventJson.TryParse(canonical, out var e, out _) ? 1 : 0;
            read += EventJson.TryParse(general, out _, out _) ? 1 : 0;
            EventJson.Write(e, buffer);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2000, read);
    }

    static (ClickEvent Event, EventError Error) Parse(string value)
    {
        Assert.Equal(EventJson.TryParse(Encoding.UTF8.GetBytes(value), out var e, out var error), error == EventError.None);
        return (e, error);
    }
}
