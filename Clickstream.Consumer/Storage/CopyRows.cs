using System.Buffers.Binary;
using System.Buffers.Text;
using Clickstream.Core.Events;
using Clickstream.Core.Sessions;

namespace Clickstream.Consumer.Storage;

/// <summary>Events and sessions as rows of binary COPY; columns in the order of the COPY statements.</summary>
static class CopyRows
{
    public const string CopyEvents = "COPY events (event_time, visitor_id, event, item_id, transaction_id) FROM STDIN (FORMAT binary)";

    public const string CopySessions =
        "COPY sessions (session_id, visitor_id, session_start, session_end, duration_seconds, event_count, view_count, cart_count, "
        + "transaction_count, items_viewed, items_carted, items_purchased, converted) FROM STDIN (FORMAT binary)";

    // Five fields: four of 8 bytes and the enum's label of at most 11, each with its length, and the field count.
    const int MaxEventRowLength = 2 + (4 * 12) + 4 + 11;

    // Field count; the id's 40 digits and dash at most; three longs, five integers, one boolean; the arrays come on top.
    const int MaxSessionRowLengthWithoutItems = 2 + (4 + 41) + (3 * 12) + (5 * 8) + 5;

    const int EmptyArrayLength = 4 + 12;
    const int ArrayHeaderLength = 4 + 20;
    const int Int8Oid = 20;

    public static void AppendEvent(CopyBuffer rows, in ClickEvent e)
    {
        rows.BeginRow(5, MaxEventRowLength);
        rows.WriteTimestamp(e.Timestamp);
        rows.Write(e.VisitorId);
        rows.Write(EventTypes.Name(e.Type));
        rows.Write(e.ItemId);
        if (e.TransactionId == ClickEvent.NoTransaction)
            rows.WriteNull();
        else
            rows.Write(e.TransactionId);
    }

    public static void AppendSession(CopyBuffer rows, Session session)
    {
        rows.BeginRow(13, MaxSessionRowLengthWithoutItems + ArrayLength(session.Viewed) + ArrayLength(session.Carted) + ArrayLength(session.Purchased));
        WriteId(rows, session);
        rows.Write(session.VisitorId);
        rows.WriteTimestamp(session.Start);
        rows.WriteTimestamp(session.End);
        rows.Write(session.DurationSeconds);
        rows.Write(session.EventCount);
        rows.Write(session.ViewCount);
        rows.Write(session.CartCount);
        rows.Write(session.TransactionCount);
        WriteArray(rows, session.Viewed);
        WriteArray(rows, session.Carted);
        WriteArray(rows, session.Purchased);
        rows.Write(session.Converted);
    }

    static void WriteId(CopyBuffer rows, Session session)
    {
        Span<byte> id = stackalloc byte[41];
        Utf8Formatter.TryFormat(session.VisitorId, id, out var length);
        id[length++] = (byte)'-';
        Utf8Formatter.TryFormat(session.Start, id[length..], out var startLength);
        rows.Write(id[..(length + startLength)]);
    }

    static int ArrayLength(in ItemSet items) => items.Count == 0 ? EmptyArrayLength : ArrayHeaderLength + (items.Count * 12);

    /// <summary>
    /// A bigint[] (array_send in PostgreSQL's arrayfuncs.c): dimensions, a flag for nulls, the element's type, then for the one
    /// dimension its size and lower bound, then the elements as fields. An empty array has no dimension.
    /// </summary>
    static void WriteArray(CopyBuffer rows, in ItemSet items)
    {
        var length = ArrayLength(items);
        var field = rows.TakeReserved(items.Count == 0 ? length : ArrayHeaderLength);
        BinaryPrimitives.WriteInt32BigEndian(field, length - 4);
        BinaryPrimitives.WriteInt32BigEndian(field[4..], items.Count == 0 ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(field[8..], 0);
        BinaryPrimitives.WriteInt32BigEndian(field[12..], Int8Oid);
        if (items.Count == 0)
            return;
        BinaryPrimitives.WriteInt32BigEndian(field[16..], items.Count);
        BinaryPrimitives.WriteInt32BigEndian(field[20..], 1);
        for (var i = 0; i < items.Count; i++)
            rows.Write(items[i]);
    }
}
