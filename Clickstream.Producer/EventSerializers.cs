using Clickstream.Core.Events;
using Confluent.Kafka;

namespace Clickstream.Producer;

/// <summary>The visitor id in decimal ASCII: what every client's murmur2 partitioner must see to send a visitor to one partition.</summary>
sealed class VisitorKeySerializer : ISerializer<long>
{
    const int MaxDigits = 20;

    public byte[] Serialize(long data, SerializationContext context)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        data.TryFormat(digits, out var length, provider: System.Globalization.CultureInfo.InvariantCulture);
        return digits[..length].ToArray();
    }
}

/// <summary>The event's JSON. The client takes the whole array as the value, so it cannot be a pooled one.</summary>
sealed class EventValueSerializer : ISerializer<ClickEvent>
{
    public byte[] Serialize(ClickEvent data, SerializationContext context)
    {
        Span<byte> json = stackalloc byte[EventJson.MaxLength];
        return json[..EventJson.Write(data, json)].ToArray();
    }
}
