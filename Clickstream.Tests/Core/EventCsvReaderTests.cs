using System.IO.Compression;
using System.Text;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Clickstream.Tests.Core;

public sealed class EventCsvReaderTests : IDisposable
{
    const string Header = "timestamp,visitorid,event,itemid,transactionid";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clickstream-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Property(Arbitrary = [typeof(Files)], MaxTest = 300)]
    public async Task Any_file_in_any_pieces_gives_each_row_with_its_line_number(CsvFile file)
    {
        // The model: lines cut by a split, empty ones passed over.
        var expected = file.Text.Split('\n').Select((line, i) => (Line: line, Number: i + 1L)).Skip(1)
            .Where(line => line.Line is not ("" or "\r")).Select(line => (line.Number, EventCsvTests.Parse(line.Line)));
        var bytes = Encoding.UTF8.GetBytes(file.Text);

        Assert.Equal(expected, await ReadAllAsync(new PiecewiseStream(bytes, file.PieceSizes)));
        Assert.Equal(expected, await ReadAllAsync(new MemoryStream(bytes)));
        Assert.Equal(expected, await ReadAllAsync(new MemoryStream(Gzip(bytes))));
    }

    [Fact]
    public async Task A_file_that_is_longer_than_the_buffer_is_read_whole()
    {
        var events = RetailGenerator.Generate(30_000, 1).ToArray();
        var text = new StringBuilder(Header).Append('\n');
        var buffer = new byte[EventCsv.MaxRowLength];
        foreach (var e in events)
            text.Append(Encoding.ASCII.GetString(buffer, 0, EventCsv.WriteRow(e, buffer)));
        var bytes = Encoding.ASCII.GetBytes(text.ToString());

        foreach (var stream in (Stream[])[new MemoryStream(bytes), new MemoryStream(Gzip(bytes)), new PiecewiseStream(bytes, [4093, 1, 70_001])])
        {
            var rows = await ReadAllAsync(stream);
            Assert.Equal(events, rows.Select(row => row.Row.Event));
            Assert.Equal(Enumerable.Range(2, events.Length).Select(i => (long)i), rows.Select(row => row.Line));
        }
    }

    [Theory]
    [InlineData(Header)]
    [InlineData(Header + "\n")]
    [InlineData(Header + "\r\n")]
    [InlineData("\ufeff" + Header + "\r\n\r\n\n")]
    public async Task A_file_without_rows_is_empty(string text) => Assert.Empty(await ReadAllAsync(Bytes(text)));

    [Theory]
    [InlineData("", "found nothing")]
    [InlineData("\n" + Header, "found nothing")]
    [InlineData("a,b\n1,2\n", "found 'a,b'")]
    [InlineData("1433221332117,257597,view,355908,\n", "found '1433221332117,257597,view,355908,'")]
    [InlineData(Header + ",\n", "found '" + Header + ",'")]
    [InlineData(" " + Header + "\n", "found ' " + Header + "'")]
    [InlineData("\"timestamp\"\n", "found '\"timestamp\"'")]
    [InlineData("PK\u0003\u0004\n", "found bytes that are not text")]
    [InlineData("\u001b[31mred\n", "found bytes that are not text")]
    public async Task A_wrong_header_is_named_in_one_line(string text, string found)
    {
        var stream = Bytes(text);
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => EventCsvReader.OpenAsync("x.csv", stream, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.BadInput, e.ExitCode);
        Assert.Equal($"x.csv is not a CSV of this shape: its first line must be '{Header}', {found}", e.Message);
        Assert.False(stream.CanRead);
    }

    [Fact]
    public async Task A_long_wrong_header_is_quoted_in_part()
    {
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => ReadAllAsync(Bytes(new string('x', 5000) + "\n")));
        Assert.EndsWith($"found '{new string('x', 60)}'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData(Header + "\n1,2,view,3,\n", 3)]
    public async Task A_line_without_end_is_refused_with_its_number(string before, int line)
    {
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => ReadAllAsync(Bytes(before + new string('x', 300_000) + "\n")));
        Assert.Equal($"x.csv is not a CSV of this shape: line {line} is longer than 262144 bytes", e.Message);
    }

    [Fact]
    public async Task A_long_line_that_fits_is_a_bad_row_like_others()
    {
        var rows = await ReadAllAsync(Bytes($"{Header}\n{new string('x', 200_000)}\n1,2,view,3,"));
        Assert.Equal(
            [(2, (default, EventError.ColumnCount)), (3, (new ClickEvent(1, 2, EventType.View, 3, ClickEvent.NoTransaction), EventError.None))], rows);
    }

    [Fact]
    public async Task A_gzip_file_that_is_cut_off_anywhere_is_never_taken_for_whole()
    {
        var text = new StringBuilder(Header).Append('\n');
        for (var i = 0; i < 300; i++)
            text.Append(null, $"{i * 7919},{i * i},view,{i},\n");
        var whole = Gzip(Encoding.ASCII.GetBytes(text.ToString()));
        for (var length = 0; length < whole.Length; length++)
        {
            var e = await Assert.ThrowsAsync<ClickstreamException>(() => ReadAllAsync(new MemoryStream(whole[..length])));
            Assert.Equal(ExitCode.BadInput, e.ExitCode);
            if (length >= 2)
                Assert.Matches("^x.csv is damaged or cut off after line [0-9]+: its gzip data is not whole$", e.Message);
        }
    }

    [Fact]
    public async Task A_damaged_gzip_file_is_refused_unless_it_says_the_same()
    {
        var text = Encoding.ASCII.GetBytes(Header + "\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},{i},view,{i},\n")));
        var rows = await ReadAllAsync(new MemoryStream(text));
        var (whole, refused) = (Gzip(text), 0);
        for (var i = 2; i < whole.Length; i++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[i] ^= 0x10;
            try
            {
                // Some bits say nothing about the rows (the packer's time and system), or the same (a copy from elsewhere).
                Assert.Equal(rows, await ReadAllAsync(new MemoryStream(damaged)));
            }
            catch (ClickstreamException e)
            {
                Assert.Equal(ExitCode.BadInput, e.ExitCode);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }
        Assert.InRange(refused, whole.Length - 40, whole.Length);
    }

    [Fact]
    public async Task Gzip_members_one_behind_the_other_are_one_file()
    {
        byte[] both = [.. Gzip(Encoding.ASCII.GetBytes(Header + "\n1,2,view,3,\n")), .. Gzip("4,5,view,6,\n"u8.ToArray())];
        Assert.Equal([2, 3], (await ReadAllAsync(new MemoryStream(both))).Select(row => row.Line));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(20, false)]
    [InlineData(60, false)]
    public async Task A_read_error_is_reported_with_the_line_before_it(int at, bool canSeek)
    {
        var stream = new PiecewiseStream(Encoding.ASCII.GetBytes(Header + "\n1,2,view,3,\n4,5,view,6,\n")[..at], [1], canSeek)
        {
            Error = new IOException("disk on fire"),
        };
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => ReadAllAsync(stream));
        Assert.Equal($"x.csv cannot be read after line {(at < 40 ? 0 : 2)}: disk on fire", e.Message);
        Assert.True(stream.IsDisposed);
    }

    [Fact]
    public async Task A_file_is_read_by_its_path_plain_or_gzip()
    {
        var text = Encoding.ASCII.GetBytes(Header + "\n1,2,view,3,\n");
        var (plain, packed) = (Path.Combine(_folder.FullName, "a.csv"), Path.Combine(_folder.FullName, "b.csv"));
        await File.WriteAllBytesAsync(plain, text, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(packed, Gzip(text), TestContext.Current.CancellationToken);
        foreach (var path in (string[])[plain, packed])
        {
            await using var reader = await EventCsvReader.OpenAsync(path, TestContext.Current.CancellationToken);
            Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
            Assert.Equal((3, 2), (reader.Event.ItemId, reader.LineNumber));
            Assert.False(await reader.ReadAsync(TestContext.Current.CancellationToken));
            Assert.False(await reader.ReadAsync(TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("none.csv", "none.csv does not exist; ")]
    [InlineData("none/none.csv", "none.csv does not exist; ")]
    [InlineData("", " is a folder; name a CSV file")]
    [InlineData("none\0.csv", "cannot be read: ")]
    public async Task A_path_that_cannot_be_opened_is_one_line_for_the_user(string name, string expected)
    {
        var path = _folder.FullName + Path.DirectorySeparatorChar + name;
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => EventCsvReader.OpenAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.BadInput, e.ExitCode);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public async Task An_empty_path_is_one_line_for_the_user()
    {
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => EventCsvReader.OpenAsync("", TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.BadInput, e.ExitCode);
    }

    [Fact]
    public async Task Reading_stops_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var stream = new PiecewiseStream(Encoding.ASCII.GetBytes(Header + "\n1,2,view,3,\n"), [Header.Length + 1, 1]);
        await using var reader = await EventCsvReader.OpenAsync("x.csv", stream, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.ReadAsync(cancellation.Token));
    }

    static async Task<List<(long Line, (ClickEvent Event, EventError Error) Row)>> ReadAllAsync(Stream stream)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var reader = await EventCsvReader.OpenAsync("x.csv", stream, cancellationToken);
        var rows = new List<(long, (ClickEvent, EventError))>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add((reader.LineNumber, (reader.Event, reader.Error)));
        return rows;
    }

    static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }
        return packed.ToArray();
    }

    /// <summary>A file, and the sizes of the pieces in which it comes.</summary>
    public sealed record CsvFile(string Text, int[] PieceSizes)
    {
        public override string ToString() => $"{Text} in pieces of {string.Join(", ", PieceSizes)}";
    }

    public static class Files
    {
        public static Arbitrary<CsvFile> All() => Arb.From(
            from bom in Gen.Elements("", "", "\ufeff")
            from end in Gen.Elements("\n", "\r\n")
            from lines in Gen.ListOf(Gen.Frequency((4, EventCsvTests.Rows.Text), (1, Gen.Elements("", "", "\r", ",,,,", "é", Header))))
            from last in Gen.Elements("", end)
            from sizes in Gen.NonEmptyListOf(Gen.Frequency((2, Gen.Constant(1)), (1, Gen.Choose(1, 200))))
            select new CsvFile(bom + string.Join(end, [Header, .. lines]) + last, [.. sizes]));
    }

    /// <summary>Gives its bytes in pieces of the given sizes, over and over, like a pipe.</summary>
    sealed class PiecewiseStream(byte[] bytes, int[] sizes, bool canSeek = false) : Stream
    {
        int _position;
        int _piece;

        /// <summary>What is claimed; it cannot.</summary>
        public override bool CanSeek => canSeek;

        /// <summary>What happens at the end.</summary>
        public Exception? Error { get; init; }

        public bool IsDisposed { get; private set; }

        public override bool CanRead => true;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_position == bytes.Length && Error is not null)
                throw Error;
            var size = Math.Min(Math.Min(sizes[_piece++ % sizes.Length], bytes.Length - _position), buffer.Length);
            bytes.AsMemory(_position, size).CopyTo(buffer);
            _position += size;
            return new(size);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing) => IsDisposed = true;
    }
}
