using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Clickstream.Core.Events;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Clickstream.Tests.Core;

public partial class EventCsvTests
{
    [Property(Arbitrary = [typeof(ValidEvents)], MaxTest = 1000)]
    public void What_is_written_is_read(ClickEvent e)
    {
        var buffer = new byte[EventCsv.MaxRowLength];
        var row = buffer.AsSpan(0, EventCsv.WriteRow(e, buffer));
        Assert.Equal((byte)'\n', row[^1]);
        Assert.True(EventCsv.TryParseRow(row[..^1], out var read, out var error));
        Assert.Equal((e, EventError.None), (read, error));
    }

    [Fact]
    public void A_row_is_written_as_in_the_data_set()
    {
        Assert.Equal("1433221332117,257597,view,355908,\n", Write(new(1433221332117, 257597, EventType.View, 355908, ClickEvent.NoTransaction)));
        Assert.Equal("1433222276276,599528,transaction,356475,4000\n", Write(new(1433222276276, 599528, EventType.Transaction, 356475, 4000)));
    }

    [Theory]
    [InlineData("", EventError.ColumnCount)]
    [InlineData("1,2,view,3", EventError.ColumnCount)]
    [InlineData("1,2,view,3,,", EventError.ColumnCount)]
    [InlineData("1;2;view;3;", EventError.ColumnCount)]
    [InlineData("1,2,view,3,", EventError.None)]
    [InlineData("1,2,view,3,\r", EventError.None)]
    [InlineData("1,2,view,3,4\r", EventError.None)]
    [InlineData("1,2,view,3,\r\r", EventError.TransactionId)]
    [InlineData("1\r,2,view,3,", EventError.Timestamp)]
    [InlineData("001,002,view,003,004", EventError.None)]
    [InlineData("0,0,addtocart,0,0", EventError.None)]
    [InlineData("253402300799999,9223372036854775807,transaction,9223372036854775807,9223372036854775807", EventError.None)]
    [InlineData("253402300800000,2,view,3,", EventError.Timestamp)]
    [InlineData("99999999999999999999999,2,view,3,", EventError.Timestamp)]
    [InlineData(",2,view,3,", EventError.Timestamp)]
    [InlineData("-1,2,view,3,", EventError.Timestamp)]
    [InlineData("+1,2,view,3,", EventError.Timestamp)]
    [InlineData(" 1,2,view,3,", EventError.Timestamp)]
    [InlineData("1 ,2,view,3,", EventError.Timestamp)]
    [InlineData("1.0,2,view,3,", EventError.Timestamp)]
    [InlineData("1e3,2,view,3,", EventError.Timestamp)]
    [InlineData("\"1\",2,view,3,", EventError.Timestamp)]
    [InlineData("1,,view,3,", EventError.VisitorId)]
    [InlineData("1,9223372036854775808,view,3,", EventError.VisitorId)]
    [InlineData("1,18446744073709551617,view,3,", EventError.VisitorId)]
    [InlineData("1,2,,3,", EventError.Type)]
    [InlineData("1,2,View,3,", EventError.Type)]
    [InlineData("1,2, view,3,", EventError.Type)]
    [InlineData("1,2,view\0,3,", EventError.Type)]
    [InlineData("1,2,view,x,", EventError.ItemId)]
    [InlineData("1,2,view,3, ", EventError.TransactionId)]
    [InlineData("1,2,view,3,-1", EventError.TransactionId)]
    [InlineData("1,2,view,3,null", EventError.TransactionId)]
    [InlineData("timestamp,visitorid,event,itemid,transactionid", EventError.Timestamp)]
    public void A_row_is_valid_or_has_a_reason(string row, EventError expected)
    {
        Assert.Equal(expected == EventError.None, EventCsv.TryParseRow(Encoding.UTF8.GetBytes(row), out var e, out var error));
        Assert.Equal(expected, error);
        if (error != EventError.None)
            Assert.Equal(default, e);
    }

    [Property(Arbitrary = [typeof(Rows)], MaxTest = 3000)]
    public void Any_row_is_read_as_the_oracle_reads_it(Row row)
    {
        EventCsv.TryParseRow(Encoding.UTF8.GetBytes(row.Text), out var e, out var error);
        Assert.Equal(Parse(row.Text), (e, error));
    }

    [Property(MaxTest = 1000)]
    public void Any_bytes_are_refused_without_an_exception(byte[] bytes)
    {
        Assert.False(EventCsv.TryParseRow(bytes, out _, out _));
        Assert.False(EventCsv.TryParseRow([.. ",,,,"u8, .. bytes], out _, out _));
    }

    [Fact]
    public void Neither_direction_allocates()
    {
        var buffer = new byte[EventCsv.MaxRowLength];
        var before = 0L;
        for (var i = 0; i < 1000; i++)
        {
            if (i == 10)
                before = GC.GetAllocatedBytesForCurrentThread();
            EventCsv.TryParseRow("1433222276276,599528,transaction,356475,4000"u8, out var e, out _);
            EventCsv.WriteRow(e, buffer);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The oracle: the same rules, in terms of strings.</summary>
    internal static (ClickEvent Event, EventError Error) Parse(string row)
    {
        var columns = (row.EndsWith('\r') ? row[..^1] : row).Split(',');
        if (columns.Length != 5)
            return (default, EventError.ColumnCount);
        if (Integer(columns[0], ClickEvent.MaxTimestamp) is not { } timestamp)
            return (default, EventError.Timestamp);
        if (Integer(columns[1], long.MaxValue) is not { } visitorId)
            return (default, EventError.VisitorId);
        EventType? type = columns[2] switch { "view" => EventType.View, "addtocart" => EventType.AddToCart, "transaction" => EventType.Transaction, _ => null };
        if (type is null)
            return (default, EventError.Type);
        if (Integer(columns[3], long.MaxValue) is not { } itemId)
            return (default, EventError.ItemId);
        if (columns[4].Length == 0)
            return (new ClickEvent(timestamp, visitorId, type.Value, itemId, ClickEvent.NoTransaction), EventError.None);
        return Integer(columns[4], long.MaxValue) is { } transactionId
            ? (new ClickEvent(timestamp, visitorId, type.Value, itemId, transactionId), EventError.None) : (default, EventError.TransactionId);
    }

    static long? Integer(string text, long max) =>
        Digits().IsMatch(text) && BigInteger.Parse(text, null) is var number && number <= max ? (long)number : null;

    static string Write(ClickEvent e)
    {
        var buffer = new byte[EventCsv.MaxRowLength];
        return Encoding.ASCII.GetString(buffer, 0, EventCsv.WriteRow(e, buffer));
    }

    [GeneratedRegex("^[0-9]+\\z")]
    private static partial Regex Digits();

    /// <summary>A row that is more or less one of an event.</summary>
    public sealed record Row(string Text);

    public static class Rows
    {
        public static Arbitrary<Row> Texts() => Arb.From(Text.Select(text => new Row(text)));

        internal static Gen<string> Text =>
            from e in ValidEvents.Event
            from damage in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
            let row = Write(e)[..^1]
            from place in Gen.Choose(0, row.Length)
            from length in Gen.Choose(0, Math.Min(2, row.Length - place))
            from inserted in Gen.Elements("", ",", " ", "-", "+", "0", "99", "\r", "\"", "x", ".", "é", "\0")
            select damage ? row[..place] + inserted + row[(place + length)..] : row;
    }
}
