using System.Buffers.Binary;

namespace Clickstream.Cli.Benchmark;

/// <summary>
/// PostgreSQL's binary COPY format as far as rows are told apart in it: a header, rows of a field count and fields, each a length and
/// so many bytes, and a trailer (https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format").
/// </summary>
static class CopyFormat
{
    const short TrailerCount = -1;

    /// <summary>The signature, no flags, no header extension.</summary>
    public static ReadOnlySpan<byte> Header =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Stands for a field count of -1: no more rows.</summary>
    public static ReadOnlySpan<byte> Trailer => [0xFF, 0xFF];

    /// <summary>Measures what comes next.</summary>
    /// <param name="bytes">From the begin of a row or of the trailer; what follows may be cut off anywhere.</param>
    /// <param name="length">The length of the row, where the answer is <see cref="CopyItem.Row"/>.</param>
    public static CopyItem Next(ReadOnlySpan<byte> bytes, out int length)
    {
        length = sizeof(short);
        if (bytes.Length < length)
            return CopyItem.Incomplete;
        var fields = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (fields == TrailerCount)
            return CopyItem.Trailer;
        for (var field = 0; field < fields; field++)
        {
            if (bytes.Length - length < sizeof(int))
                return CopyItem.Incomplete;
            // -1 stands for null, and no bytes follow.
            var size = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[length..]));
            length += sizeof(int);
            if (bytes.Length - length < size)
                return CopyItem.Incomplete;
            length += size;
        }
        return CopyItem.Row;
    }
}

/// <summary>What comes next in a stream of rows.</summary>
enum CopyItem
{
    /// <summary>More bytes are needed to say.</summary>
    Incomplete,

    /// <summary>A row.</summary>
    Row,

    /// <summary>The end.</summary>
    Trailer,
}
