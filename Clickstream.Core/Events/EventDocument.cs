namespace Clickstream.Core.Events;

/// <summary>
/// An event as an item of an OpenSearch bulk request: a line that says <c>create</c>, under the event's identity as id, so that a
/// second arrival is refused and changes nothing, and a line with the document. Ids are texts, since what shows documents in browsers
/// reads numbers as doubles, which not every id is.
/// </summary>
public static class EventDocument
{
    /// <summary>The most bytes that <see cref="Write"/> needs: names and punctuation, seven integers and the longest event name twice.</summary>
    public const int MaxLength = 352;

    static ReadOnlySpan<byte> BeforeId => "{\"create\":{\"_id\":\""u8;

    /// <summary>Writes both lines.</summary>
    /// <param name="e">The event.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(in ClickEvent e, Span<byte> destination)
    {
        var writer = new AsciiWriter(destination);
        var type = EventTypes.Name(e.Type);
        writer.Write(BeforeId);
        writer.Write(e.VisitorId);
        writer.Write("-"u8);
        writer.Write(e.Timestamp);
        writer.Write("-"u8);
        writer.Write(type);
        writer.Write("-"u8);
        writer.Write(e.ItemId);
        writer.Write("\"}}\n{\"event_time\":"u8);
        writer.Write(e.Timestamp);
        writer.Write(",\"visitor_id\":\""u8);
        writer.Write(e.VisitorId);
        writer.Write("\",\"event\":\""u8);
        writer.Write(type);
        writer.Write("\",\"item_id\":\""u8);
        writer.Write(e.ItemId);
        if (e.TransactionId != ClickEvent.NoTransaction)
        {
            writer.Write("\",\"transaction_id\":\""u8);
            writer.Write(e.TransactionId);
        }
        writer.Write("\"}\n"u8);
        return writer.Length;
    }

    /// <summary>The id in what <see cref="Write"/> wrote.</summary>
    public static ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> item)
    {
        var rest = item[BeforeId.Length..];
        return rest[..rest.IndexOf((byte)'"')];
    }
}
