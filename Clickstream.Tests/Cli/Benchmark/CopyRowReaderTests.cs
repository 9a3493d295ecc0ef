using System.Buffers;
using System.Buffers.Binary;
using Clickstream.Cli.Benchmark;
using FsCheck.Xunit;

namespace Clickstream.Tests.Cli.Benchmark;

public sealed class CopyRowReaderTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Property]
    public async Task Rows_come_out_as_they_went_in_wherever_the_stream_is_cut(byte[]?[][] rows, byte[] cuts)
    {
        var encoded = rows.Select(Encode).ToArray();
        var reader = new CopyRowReader(new Pieces([.. CopyFormat.Header, .. encoded.SelectMany(static row => row), .. CopyFormat.Trailer], cuts));

        foreach (var row in encoded)
            Assert.Equal(row, (await reader.ReadAsync(Cancelled)).ToArray());
        Assert.True((await reader.ReadAsync(Cancelled)).IsEmpty);
        Assert.True((await reader.ReadAsync(Cancelled)).IsEmpty);
    }

    [Fact]
    public async Task A_row_may_be_larger_than_the_buffer()
    {
        var row = Encode([new byte[1_000_000], null, [1]]);
        var reader = new CopyRowReader(new Pieces([.. CopyFormat.Header, .. row, .. row, .. CopyFormat.Trailer], [255]));

        Assert.Equal(row, (await reader.ReadAsync(Cancelled)).ToArray());
        Assert.Equal(row, (await reader.ReadAsync(Cancelled)).ToArray());
        Assert.True((await reader.ReadAsync(Cancelled)).IsEmpty);
    }

    [Fact]
    public async Task A_stream_that_ends_too_early_is_no_end_of_rows()
    {
        var row = Encode([[1, 2, 3]]);
        for (var length = 0; length <= CopyFormat.Header.Length + row.Length; length++)
        {
            byte[] bytes = [.. CopyFormat.Header, .. row];
            var reader = new CopyRowReader(new Pieces(bytes[..length], []));
            await Assert.ThrowsAsync<EndOfStreamException>(async () =>
            {
                while (!(await reader.ReadAsync(Cancelled)).IsEmpty)
                {
                }
            });
        }
    }

    [Fact]
    public async Task Anything_else_is_refused() =>
        await Assert.ThrowsAsync<InvalidDataException>(async () => await new CopyRowReader(new Pieces(new byte[100], [])).ReadAsync(Cancelled));

    /// <summary>A row of these fields; null is SQL's.</summary>
    static byte[] Encode(byte[]?[] fields)
    {
        var row = new ArrayBufferWriter<byte>();
        BinaryPrimitives.WriteInt16BigEndian(row.GetSpan(2), (short)fields.Length);
        row.Advance(2);
        foreach (var field in fields)
        {
            BinaryPrimitives.WriteInt32BigEndian(row.GetSpan(4), field?.Length ?? -1);
            row.Advance(4);
            row.Write(field);
        }
        return row.WrittenSpan.ToArray();
    }

    /// <summary>A stream that gives its bytes in pieces of the given lengths, then in whatever is asked for.</summary>
    sealed class Pieces(byte[] bytes, byte[] lengths) : MemoryStream(bytes)
    {
        int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = _next < lengths.Length ? Math.Max(1, (int)lengths[_next++]) : buffer.Length;
            return base.ReadAsync(buffer[..Math.Min(length, buffer.Length)], cancellationToken);
        }
    }
}
