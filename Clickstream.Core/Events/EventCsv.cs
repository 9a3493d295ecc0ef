using System.Buffers.Text;

namespace Clickstream.Core.Events;

/// <summary>
/// A row of RetailRocket's <c>events.csv</c>: <c>timestamp,visitorid,event,itemid,transactionid</c>, unquoted, the last column
/// empty where there is no transaction. Neither direction allocates.
/// </summary>
public static class EventCsv
{
    /// <summary>The most bytes that a row can have, its line end included: four integers, the longest event name, four commas, CR and LF.</summary>
    public const int MaxRowLength = 96;

    /// <summary>The first line of every such file.</summary>
    public static ReadOnlySpan<byte> Header => "timestamp,visitorid,event,itemid,transactionid"u8;

    /// <summary>Writes <paramref name="e"/> as a row that ends with a line feed.</summary>
    /// <param name="e">The event.</param>
    /// <param name="destination">At least <see cref="MaxRowLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public static int WriteRow(in ClickEvent e, Span<byte> destination)
    {
        var writer = new AsciiWriter(destination);
        writer.Write(e.Timestamp);
        writer.Write(","u8);
        writer.Write(e.VisitorId);
        writer.Write(","u8);
        writer.Write(EventTypes.Name(e.Type));
        writer.Write(","u8);
        writer.Write(e.ItemId);
        writer.Write(","u8);
        if (e.TransactionId != ClickEvent.NoTransaction)
            writer.Write(e.TransactionId);
        writer.Write("\n"u8);
        return writer.Length;
    }

    /// <summary>Reads a row, given without its line feed; a carriage return before it is ignored.</summary>
    /// <param name="row">The bytes of the row; nothing is assumed of them.</param>
    /// <param name="e">The event, where the answer is true.</param>
    /// <param name="error">What is wrong, where the answer is false.</param>
    public static bool TryParseRow(ReadOnlySpan<byte> row, out ClickEvent e, out EventError error)
    {
        if (!row.IsEmpty && row[^1] == '\r')
            row = row[..^1];

        e = default;
        if (row.Count((byte)',') != 4)
        {
            error = EventError.ColumnCount;
            return false;
        }
        error = EventError.None;
        if (!TryParseInteger(NextColumn(ref row), ClickEvent.MaxTimestamp, out var timestamp))
            error = EventError.Timestamp;
        else if (!TryParseInteger(NextColumn(ref row), long.MaxValue, out var visitorId))
            error = EventError.VisitorId;
        else if (!EventTypes.TryParse(NextColumn(ref row), out var type))
            error = EventError.Type;
        else if (!TryParseInteger(NextColumn(ref row), long.MaxValue, out var itemId))
            error = EventError.ItemId;
        else if (row.IsEmpty)
            e = new ClickEvent(timestamp, visitorId, type, itemId, ClickEvent.NoTransaction);
        else if (!TryParseInteger(row, long.MaxValue, out var transactionId))
            error = EventError.TransactionId;
        else
            e = new ClickEvent(timestamp, visitorId, type, itemId, transactionId);
        return error == EventError.None;
    }

    static ReadOnlySpan<byte> NextColumn(ref ReadOnlySpan<byte> row)
    {
        var comma = row.IndexOf((byte)',');
        var column = row[..comma];
        row = row[(comma + 1)..];
        return column;
    }

    static bool TryParseInteger(ReadOnlySpan<byte> text, long max, out long number)
    {
        // Utf8Parser takes a sign, which no id has.
        number = 0;
        return !text.IsEmpty && text[0] is >= (byte)'0' and <= (byte)'9'
            && Utf8Parser.TryParse(text, out number, out var consumed) && consumed == text.Length && number <= max;
    }
}
