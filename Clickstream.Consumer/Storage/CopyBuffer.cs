using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Clickstream.Consumer.Storage;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, in one growing buffer that is used again for every batch
/// (https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"). Integers are big-endian; a field is its length in
/// bytes, -1 for null, and its value.
/// </summary>
sealed class CopyBuffer
{
    /// <summary>PostgreSQL counts time from 2000-01-01, in microseconds.</summary>
    const long PostgresEpoch = 946_684_800_000;

    byte[] _bytes = new byte[64 * 1024];
    int _length;

    public int RowCount { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>The signature, no flags, no header extension.</summary>
    public void Begin()
    {
        _length = 0;
        RowCount = 0;
        ReadOnlySpan<byte> header = [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];
        header.CopyTo(Take(header.Length));
    }

    /// <summary>The trailer: a field count of -1.</summary>
    public void End() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    /// <summary>Starts a row and makes room for it.</summary>
    /// <param name="fieldCount">How many fields follow.</param>
    /// <param name="maxLength">The most bytes that the row needs.</param>
    public void BeginRow(short fieldCount, int maxLength)
    {
        Reserve(maxLength);
        RowCount++;
        BinaryPrimitives.WriteInt16BigEndian(TakeReserved(2), fieldCount);
    }

    public void Write(long value)
    {
        var field = TakeReserved(12);
        BinaryPrimitives.WriteInt64BigEndian(field[4..], value);
        BinaryPrimitives.WriteInt32BigEndian(field, 8);
    }

    public void Write(int value)
    {
        var field = TakeReserved(8);
        BinaryPrimitives.WriteInt32BigEndian(field[4..], value);
        BinaryPrimitives.WriteInt32BigEndian(field, 4);
    }

    public void Write(bool value)
    {
        var field = TakeReserved(5);
        field[4] = value ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(field, 1);
    }

    /// <summary>A text, or an enum's label, in UTF-8.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        var field = TakeReserved(4 + text.Length);
        text.CopyTo(field[4..]);
        BinaryPrimitives.WriteInt32BigEndian(field, text.Length);
    }

    public void WriteNull() => BinaryPrimitives.WriteInt32BigEndian(TakeReserved(4), -1);

    /// <summary>A timestamptz from Unix milliseconds.</summary>
    public void WriteTimestamp(long unixMilliseconds) => Write((unixMilliseconds - PostgresEpoch) * 1000);

    /// <summary>The next bytes of a field that the caller writes itself, within what <see cref="BeginRow"/> reserved.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> TakeReserved(int length)
    {
        var span = _bytes.AsSpan(_length, length);
        _length += length;
        return span;
    }

    Span<byte> Take(int length)
    {
        Reserve(length);
        return TakeReserved(length);
    }

    void Reserve(int length)
    {
        if (_length + length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_length + length, _bytes.Length * 2));
    }
}
