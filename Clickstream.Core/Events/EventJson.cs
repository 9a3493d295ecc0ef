using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Clickstream.Core.Events;

/// <summary>
/// The Kafka value of a retail event: <c>{"timestamp":1433221332117,"visitor_id":257597,"event":"view","item_id":355908,"transaction_id":null}</c>,
/// UTF-8. Members may come in any order; unknown ones are ignored; of a member given twice the last counts; a missing
/// <c>transaction_id</c> is null. Neither direction allocates.
/// </summary>
public static class EventJson
{
    // Unknown members are ignored however deep they are; the reader keeps one bit a level and does not recurse.
    static readonly JsonReaderOptions s_options = new() { MaxDepth = int.MaxValue };

    /// <summary>The most bytes that <see cref="Write"/> needs: names and punctuation, four integers and the longest event name.</summary>
    public const int MaxLength = 160;

    /// <summary>Writes <paramref name="e"/>, members in the documented order, without white space.</summary>
    /// <param name="e">The event.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(in ClickEvent e, Span<byte> destination)
    {
        var writer = new AsciiWriter(destination);
        writer.Write("{\"timestamp\":"u8);
        writer.Write(e.Timestamp);
        writer.Write(",\"visitor_id\":"u8);
        writer.Write(e.VisitorId);
        writer.Write(",\"event\":\""u8);
        writer.Write(EventTypes.Name(e.Type));
        writer.Write("\",\"item_id\":"u8);
        writer.Write(e.ItemId);
        writer.Write(",\"transaction_id\":"u8);
        if (e.TransactionId == ClickEvent.NoTransaction)
            writer.Write("null"u8);
        else
            writer.Write(e.TransactionId);
        writer.Write("}"u8);
        return writer.Length;
    }

    /// <summary>Reads a record's value.</summary>
    /// <param name="value">The bytes of the value; nothing is assumed of them.</param>
    /// <param name="e">The event, where the answer is true.</param>
    /// <param name="error">What is wrong, where the answer is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> value, out ClickEvent e, out EventError error)
    {
        error = EventError.None;
        return TryParseCanonical(value, out e) || TryParseAny(value, out e, out error);
    }

    /// <summary>
    /// The form that our own producer writes, without a tokenizer: several times faster, and a pure shortcut, since whatever
    /// deviates in a single byte falls through to <see cref="TryParseAny"/>.
    /// </summary>
    internal static bool TryParseCanonical(ReadOnlySpan<byte> value, out ClickEvent e)
    {
        var reader = new AsciiReader(value);
        if (reader.TryRead("{\"timestamp\":"u8) && reader.TryReadInteger(out var timestamp) && timestamp <= ClickEvent.MaxTimestamp
            && reader.TryRead(",\"visitor_id\":"u8) && reader.TryReadInteger(out var visitorId)
            && reader.TryRead(",\"event\":\""u8) && EventTypes.TryParse(reader.ReadUntil((byte)'"'), out var type)
            && reader.TryRead("\",\"item_id\":"u8) && reader.TryReadInteger(out var itemId)
            && reader.TryRead(",\"transaction_id\":"u8))
        {
            var transactionId = ClickEvent.NoTransaction;
            if ((reader.TryRead("null"u8) || reader.TryReadInteger(out transactionId)) && reader.TryRead("}"u8) && reader.AtEnd)
            {
                e = new ClickEvent(timestamp, visitorId, type, itemId, transactionId);
                return true;
            }
        }
        e = default;
        return false;
    }

    static bool TryParseAny(ReadOnlySpan<byte> value, out ClickEvent e, out EventError error)
    {
        e = default;
        if (value.IsEmpty)
        {
            error = EventError.Empty;
            return false;
        }
        try
        {
            // The tokenizer does not look into the texts that it passes over, and those may hold anything.
            var reader = new Utf8JsonReader(value, s_options);
            if (Utf8.IsValid(value) && reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                return TryReadMembers(ref reader, out e, out error);
        }
        catch (JsonException)
        {
            // Malformed JSON, reported below: the exception is rare, the bytes come from outside.
        }
        error = EventError.NotJson;
        return false;
    }

    static bool TryReadMembers(ref Utf8JsonReader reader, out ClickEvent e, out EventError error)
    {
        const long Missing = -2, Invalid = -3;
        long timestamp = Missing, visitorId = Missing, itemId = Missing, transactionId = ClickEvent.NoTransaction;
        EventType? type = null;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsText(ref reader, "timestamp"u8))
                timestamp = ReadInteger(ref reader, ClickEvent.MaxTimestamp);
            else if (IsText(ref reader, "visitor_id"u8))
                visitorId = ReadInteger(ref reader, long.MaxValue);
            else if (IsText(ref reader, "event"u8))
                type = ReadType(ref reader);
            else if (IsText(ref reader, "item_id"u8))
                itemId = ReadInteger(ref reader, long.MaxValue);
            else if (IsText(ref reader, "transaction_id"u8))
                transactionId = ReadInteger(ref reader, long.MaxValue, ifNull: ClickEvent.NoTransaction);
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        reader.Read(); // Anything but white space behind the object throws here.

        e = default;
        error = timestamp < 0 ? EventError.Timestamp
            : visitorId < 0 ? EventError.VisitorId
            : type is null ? EventError.Type
            : itemId < 0 ? EventError.ItemId
            : transactionId == Invalid ? EventError.TransactionId
            : EventError.None;
        if (error != EventError.None)
            return false;
        e = new ClickEvent(timestamp, visitorId, type!.Value, itemId, transactionId);
        return true;

        static long ReadInteger(ref Utf8JsonReader reader, long max, long ifNull = Invalid)
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.Number:
                    return reader.TryGetInt64(out var number) && number >= 0 && number <= max ? number : Invalid;
                case JsonTokenType.Null:
                    return ifNull;
                default:
                    reader.Skip();
                    return Invalid;
            }
        }

        static EventType? ReadType(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
            {
                foreach (var type in (ReadOnlySpan<EventType>)[EventType.View, EventType.AddToCart, EventType.Transaction])
                {
                    if (IsText(ref reader, EventTypes.Name(type)))
                        return type;
                }
            }
            reader.Skip();
            return null;
        }

        static bool IsText(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
        {
            try
            {
                return reader.ValueTextEquals(text);
            }
            catch (InvalidOperationException)
            {
                // An escaped surrogate without its other half: JSON's grammar allows it, .NET has no text for it, and no name of ours is it.
                return false;
            }
        }
    }
}

/// <summary>Appends ASCII text to a span that the caller made large enough.</summary>
ref struct AsciiWriter(Span<byte> destination)
{
    readonly Span<byte> _destination = destination;

    public int Length { get; private set; }

    public void Write(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_destination[Length..]);
        Length += text.Length;
    }

    public void Write(long number)
    {
        if (!Utf8Formatter.TryFormat(number, _destination[Length..], out var written))
            throw new ArgumentException("The destination is shorter than documented.");
        Length += written;
    }
}

/// <summary>Takes expected text and integers off the front of a span.</summary>
ref struct AsciiReader(ReadOnlySpan<byte> source)
{
    ReadOnlySpan<byte> _rest = source;

    public readonly bool AtEnd => _rest.IsEmpty;

    public bool TryRead(ReadOnlySpan<byte> text)
    {
        if (!_rest.StartsWith(text))
            return false;
        _rest = _rest[text.Length..];
        return true;
    }

    /// <summary>Takes what stands before <paramref name="delimiter"/>, which stays; all of it where there is no delimiter.</summary>
    public ReadOnlySpan<byte> ReadUntil(byte delimiter)
    {
        var length = _rest.IndexOf(delimiter);
        var taken = length < 0 ? _rest : _rest[..length];
        _rest = _rest[taken.Length..];
        return taken;
    }

    /// <summary>Takes a decimal integer from 0 to 2^63-1 without sign and without leading zeros, as JSON has it.</summary>
    public bool TryReadInteger(out long number)
    {
        number = 0;
        var length = 0;
        // 18 digits always fit a long; the rare 19th is left to the general path, which checks for overflow.
        while (length < _rest.Length && length <= 18 && (uint)(_rest[length] - '0') <= 9)
            number = (number * 10) + (_rest[length++] - '0');
        if (length is 0 or > 18 || (_rest[0] == '0' && length > 1))
            return false;
        _rest = _rest[length..];
        return true;
    }
}
