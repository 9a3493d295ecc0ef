using System.Buffers.Binary;
using System.Text;
using Clickstream.Local.Files;

namespace Clickstream.Local.Search.Indexing;

/// <summary>
/// An operation in the translog. On disk: length of the rest behind the checksum int32, its CRC-32C uint32, then kind byte, number int64,
/// version int64, length of the id int32, id in UTF-8, source (none for a deletion). Little-endian.
/// </summary>
readonly record struct TranslogRecord(bool IsDelete, long SeqNo, long Version, string Id, ReadOnlyMemory<byte> Source)
{
    const int HeaderSize = 8;
    const int FixedSize = 21;
    const byte Index = 1;
    const byte Delete = 2;

    public void WriteTo(TranslogBuffer buffer)
    {
        var idLength = Encoding.UTF8.GetByteCount(Id);
        var length = FixedSize + idLength + Source.Length;
        var record = buffer.Extend(HeaderSize + length);
        var content = record[HeaderSize..];
        content[0] = IsDelete ? Delete : Index;
        BinaryPrimitives.WriteInt64LittleEndian(content[1..], SeqNo);
        BinaryPrimitives.WriteInt64LittleEndian(content[9..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(content[17..], idLength);
        Encoding.UTF8.GetBytes(Id, content[FixedSize..]);
        Source.Span.CopyTo(content[(FixedSize + idLength)..]);
        BinaryPrimitives.WriteInt32LittleEndian(record, length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32C.Compute(content));
    }

    /// <summary>Reads the record at the start of the bytes. <paramref name="size"/>: How many bytes it takes.</summary>
    /// <returns>Null if there is no whole and sound one.</returns>
    public static TranslogRecord? TryRead(ReadOnlyMemory<byte> bytes, out int size)
    {
        size = 0;
        var span = bytes.Span;
        if (span.Length < HeaderSize + FixedSize)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(span);
        if (length < FixedSize || length > span.Length - HeaderSize)
            return null;
        var content = span.Slice(HeaderSize, length);
        if (Crc32C.Compute(content) != BinaryPrimitives.ReadUInt32LittleEndian(span[4..]))
            return null;
        var idLength = BinaryPrimitives.ReadInt32LittleEndian(content[17..]);
        if (content[0] is not (Index or Delete) || idLength < 0 || idLength > length - FixedSize)
            return null;
        size = HeaderSize + length;
        return new(
            content[0] == Delete,
            BinaryPrimitives.ReadInt64LittleEndian(content[1..]),
            BinaryPrimitives.ReadInt64LittleEndian(content[9..]),
            Encoding.UTF8.GetString(content.Slice(FixedSize, idLength)),
            bytes.Slice(HeaderSize + FixedSize + idLength, length - FixedSize - idLength));
    }
}

/// <summary>Bytes that grow at their end.</summary>
sealed class TranslogBuffer
{
    byte[] _bytes = new byte[64 * 1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public Span<byte> Extend(int by)
    {
        if (_bytes.Length - Length < by)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + by));
        Length += by;
        return _bytes.AsSpan(Length - by, by);
    }

    public void Clear()
    {
        // One huge document need not be remembered for good.
        if (_bytes.Length > 8 * 1024 * 1024)
            _bytes = new byte[64 * 1024];
        Length = 0;
    }
}
