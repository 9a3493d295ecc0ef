using System.Diagnostics;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Consumer.Batching;

/// <summary>The key and value of a record as they came, and the span that it carries; valid until the next record is read.</summary>
readonly ref struct RawRecord(ReadOnlySpan<byte> key, bool keyIsNull, ReadOnlySpan<byte> value, bool valueIsNull, ActivityContext trace = default)
{
    /// <summary>Who sent it; default where it does not say.</summary>
    public ActivityContext Trace { get; } = trace;

    public ReadOnlySpan<byte> Key { get; } = key;

    public bool KeyIsNull { get; } = keyIsNull;

    public ReadOnlySpan<byte> Value { get; } = value;

    public bool ValueIsNull { get; } = valueIsNull;
}

/// <summary>
/// Parses values straight from librdkafka's memory into a struct, without an array a record, and keeps the bytes of the latest key
/// and value in buffers of its own. Used by one consumer, on its poll thread only; Confluent.Kafka gives it the key before the value.
/// </summary>
sealed class RecordDeserializer : IDeserializer<Ignore>, IDeserializer<ParsedValue>
{
    byte[] _key = new byte[64];
    int _keyLength;
    bool _keyIsNull;
    byte[] _value = new byte[512];
    int _valueLength;
    bool _valueIsNull;
    ActivityContext _trace;

    /// <summary>The bytes of the latest record.</summary>
    public RawRecord Latest => new(_key.AsSpan(0, _keyLength), _keyIsNull, _value.AsSpan(0, _valueLength), _valueIsNull, _trace);

    Ignore IDeserializer<Ignore>.Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        Keep(data, ref _key, out _keyLength);
        _keyIsNull = isNull;
        return null!; // Ignore has no instance; Confluent's own deserializer of it answers null as well.
    }

    ParsedValue IDeserializer<ParsedValue>.Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        Keep(data, ref _value, out _valueLength);
        _valueIsNull = isNull;
        TraceParent.TryRead(context.Headers, out _trace);
        return ParsedValue.Parse(data);
    }

    static void Keep(ReadOnlySpan<byte> data, ref byte[] buffer, out int length)
    {
        if (data.Length > buffer.Length)
            buffer = new byte[data.Length];
        data.CopyTo(buffer);
        length = data.Length;
    }
}
