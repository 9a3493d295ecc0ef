using Clickstream.Core.Events;
using Confluent.Kafka;

namespace Clickstream.ServiceDefaults;

/// <summary>What a record's value says: an event, or why it is none. All consumers parse and judge by this, so that all have the same events.</summary>
/// <param name="Event">The event, where there is no error.</param>
/// <param name="Error">What is wrong with the value.</param>
public readonly record struct ParsedValue(ClickEvent Event, EventError Error)
{
    /// <summary>Parses a value straight from the client's memory.</summary>
    public static ParsedValue Parse(ReadOnlySpan<byte> value)
    {
        EventJson.TryParse(value, out var e, out var error);
        return new(e, error);
    }

    /// <summary>What is wrong with the record: with its value, or with an event time too far after the time at which it was produced.</summary>
    public EventError Check(Timestamp produced, TimeSpan maxFutureSkew, TimeProvider time)
    {
        if (Error != EventError.None)
            return Error;
        var producedAt = produced.Type == TimestampType.NotAvailable ? time.GetUtcNow().ToUnixTimeMilliseconds() : produced.UnixTimestampMs;
        return Event.Timestamp - producedAt > (long)maxFutureSkew.TotalMilliseconds ? EventError.Future : EventError.None;
    }
}

/// <summary>Parses values into a struct, without an array a record.</summary>
public sealed class ParsedValueDeserializer : IDeserializer<ParsedValue>
{
    /// <inheritdoc/>
    public ParsedValue Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => ParsedValue.Parse(data);
}
