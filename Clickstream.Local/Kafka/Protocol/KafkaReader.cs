using System.Buffers.Binary;
using System.Text;

namespace Clickstream.Local.Kafka.Protocol;

/// <summary>
/// Reads the primitive types of the Kafka protocol from one request. Lengths are checked against what is left before anything is
/// allocated. Strings, byte fields and arrays have two forms: <see cref="Flexible"/> says which one the request's version uses, so a
/// message reads the same for both.
/// </summary>
ref struct KafkaReader(Memory<byte> frame)
{
    readonly Memory<byte> _frame = frame;
    readonly ReadOnlySpan<byte> _span = frame.Span;
    int _position;

    /// <summary>Whether the version at hand is a "flexible" one: compact lengths and tagged fields.</summary>
    public bool Flexible { get; set; }

    public readonly int Remaining => _span.Length - _position;

    public bool ReadBoolean() => ReadSpan(1)[0] != 0;

    public sbyte ReadInt8() => (sbyte)ReadSpan(1)[0];

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(ReadSpan(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(ReadSpan(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(ReadSpan(8));

    public Guid ReadUuid() => new(ReadSpan(16), bigEndian: true);

    public uint ReadUnsignedVarint()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var b = ReadSpan(1)[0];
            value |= (uint)(b & 0x7f) << shift;
            if ((b & 0x80) == 0) return value;
        }

        throw new MalformedRequestException("a variable-length number is longer than 5 bytes");
    }

    public string ReadString() => ReadNullableString() ?? throw new MalformedRequestException("a string that must not be null is null");

    public string? ReadNullableString()
    {
        var length = Flexible ? (int)ReadUnsignedVarint() - 1 : ReadInt16();
        return length < 0 ? null : Encoding.UTF8.GetString(ReadSpan(length));
    }

    /// <summary>The header's client id keeps the old form in every version.</summary>
    public string? ReadClassicNullableString()
    {
        var length = ReadInt16();
        return length < 0 ? null : Encoding.UTF8.GetString(ReadSpan(length));
    }

    /// <summary>A byte field as a slice of the request: valid only as long as the request's buffer is.</summary>
    public Memory<byte> ReadBytes() => ReadNullableBytes() ?? throw new MalformedRequestException("a byte field that must not be null is null");

    /// <inheritdoc cref="ReadBytes"/>
    public Memory<byte>? ReadNullableBytes()
    {
        var length = Flexible ? (int)ReadUnsignedVarint() - 1 : ReadInt32();
        if (length < 0) return null;
        var start = _position;
        ReadSpan(length);
        return _frame.Slice(start, length);
    }

    public delegate T ElementReader<T>(ref KafkaReader reader);

    public List<T> ReadArray<T>(ElementReader<T> element) =>
        ReadNullableArray(element) ?? throw new MalformedRequestException("an array that must not be null is null");

    public List<T>? ReadNullableArray<T>(ElementReader<T> element)
    {
        var count = Flexible ? (int)ReadUnsignedVarint() - 1 : ReadInt32();
        if (count < 0) return null;

        // Every element takes at least one byte, so a count above what is left is a lie that must not size an allocation.
        if (count > Remaining) throw new MalformedRequestException("an array is said to be longer than the request");
        var list = new List<T>(Math.Min(count, 1024));
        for (var i = 0; i < count; i++) list.Add(element(ref this));
        return list;
    }

    public List<int> ReadInt32Array() => ReadArray(static (ref r) => r.ReadInt32());

    /// <summary>Tagged fields carry options that this broker has no use for; versions without them have nothing to skip.</summary>
    public void SkipTags()
    {
        if (!Flexible) return;
        for (var count = ReadUnsignedVarint(); count > 0; count--)
        {
            ReadUnsignedVarint();
            ReadSpan((int)ReadUnsignedVarint());
        }
    }

    ReadOnlySpan<byte> ReadSpan(int length)
    {
        if ((uint)length > (uint)Remaining) throw new MalformedRequestException("the request ends in the middle of a field");
        var span = _span.Slice(_position, length);
        _position += length;
        return span;
    }
}
