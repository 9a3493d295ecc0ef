using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Clickstream.Local.Kafka.Protocol;

/// <summary>
/// Writes the primitive types of the Kafka protocol into a pooled buffer that grows as needed and is used again for the next response.
/// <see cref="Flexible"/> chooses between the two forms of strings, byte fields and arrays.
/// </summary>
sealed class KafkaWriter : IDisposable
{
    const int InitialCapacity = 16 * 1024;
    const int KeptCapacity = 1024 * 1024;

    byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity);

    /// <summary>Whether the version at hand is a "flexible" one: compact lengths and tagged fields.</summary>
    public bool Flexible { get; set; }

    /// <summary>Where the next byte goes. Moving it back takes back what was written.</summary>
    public int Position { get; set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Position);

    /// <summary>Starts anew. A buffer that one large response blew up is not kept for small ones.</summary>
    public void Reset()
    {
        if (_buffer.Length > KeptCapacity && Position < _buffer.Length / 4)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity);
        }

        Position = 0;
    }

    public void WriteBoolean(bool value) => Reserve(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteInt8(sbyte value) => Reserve(1)[0] = (byte)value;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Reserve(2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(4), value);

    public void WriteInt32At(int position, int value) => BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(position), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Reserve(8), value);

    public void WriteUuid(Guid value) => value.TryWriteBytes(Reserve(16), bigEndian: true, out _);

    public void WriteError(ErrorCode error) => WriteInt16((short)error);

    public void WriteUnsignedVarint(uint value)
    {
        while (value >= 0x80)
        {
            Reserve(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }

        Reserve(1)[0] = (byte)value;
    }

    public void WriteString(string? value)
    {
        if (value is null)
        {
            if (Flexible) WriteUnsignedVarint(0);
            else WriteInt16(-1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        if (Flexible) WriteUnsignedVarint((uint)length + 1);
        else WriteInt16(checked((short)length));
        Encoding.UTF8.GetBytes(value, Reserve(length));
    }

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteBytesLength(value.Length);
        value.CopyTo(Reserve(value.Length));
    }

    /// <summary>The length in front of a byte field or of records whose bytes the caller puts there.</summary>
    public void WriteBytesLength(int length)
    {
        if (Flexible) WriteUnsignedVarint((uint)length + 1);
        else WriteInt32(length);
    }

    /// <summary>The length in front of an array; <c>null</c> is a null array.</summary>
    public void WriteArrayLength(int? length)
    {
        if (Flexible) WriteUnsignedVarint((uint)((length ?? -1) + 1));
        else WriteInt32(length ?? -1);
    }

    public void WriteInt32Array(ReadOnlySpan<int> values)
    {
        WriteArrayLength(values.Length);
        foreach (var value in values) WriteInt32(value);
    }

    /// <summary>The end of a structure: no tagged fields. Versions without them have nothing to write.</summary>
    public void WriteTags()
    {
        if (Flexible) Reserve(1)[0] = 0;
    }

    /// <summary>Makes room for <paramref name="length"/> bytes and moves past them; the caller fills them.</summary>
    public Span<byte> Reserve(int length)
    {
        EnsureRoom(length);
        var span = _buffer.AsSpan(Position, length);
        Position += length;
        return span;
    }

    /// <summary>Grows once instead of step by step where the size of what follows is known.</summary>
    public void EnsureRoom(int length)
    {
        if (_buffer.Length - Position >= length) return;
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max((long)Position + length, 2L * _buffer.Length), Array.MaxLength));
        _buffer.AsSpan(0, Position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
