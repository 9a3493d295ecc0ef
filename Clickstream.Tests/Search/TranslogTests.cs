using System.Text;
using Clickstream.Local.Files;
using Clickstream.Local.Search.Indexing;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Search;

public sealed class TranslogTests : IDisposable
{
    readonly TempFolder _folder = new();

    string Path => Translog.PathOf(_folder.Path, 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cut_at_any_byte_of_its_last_record_it_keeps_all_the_others()
    {
        var lengths = new List<long>();
        using (var translog = Open())
        {
            for (var i = 0; i < 3; i++)
            {
                translog.Append(Record(i));
                translog.Sync();
                lengths.Add(translog.Size);
            }
        }

        var whole = File.ReadAllBytes(Path);
        Assert.Equal(lengths[2], whole.Length);
        for (var length = (int)lengths[1]; length <= whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            var expected = length == whole.Length ? 3 : 2;

            Assert.Equal(Enumerable.Range(0, expected).Select(Record), Replay(out var cut), RecordsAreEqual);
            Assert.Equal(length - lengths[expected - 1], cut);
            Assert.Equal(lengths[expected - 1], new FileInfo(Path).Length);

            // What was cut off is gone for good, and the next record goes where it was.
            using (var translog = Open())
            {
                translog.Append(Record(7));
                translog.Sync();
            }

            Assert.Equal(Enumerable.Range(0, expected).Append(7).Select(Record), Replay(out cut), RecordsAreEqual);
            Assert.Equal(0, cut);
        }
    }

    [Fact]
    public void A_byte_that_changed_ends_it_there()
    {
        long second;
        using (var translog = Open())
        {
            translog.Append(Record(0));
            second = translog.Size;
            translog.Append(Record(1));
            translog.Sync();
        }

        var bytes = File.ReadAllBytes(Path);
        bytes[second + 20] ^= 1;
        File.WriteAllBytes(Path, bytes);

        Assert.Equal([Record(0)], Replay(out _), RecordsAreEqual);
    }

    [Fact]
    public void Gives_back_a_record_from_memory_and_from_an_older_generation()
    {
        using var translog = Open();
        var first = translog.Append(Record(1));
        translog.Roll();
        var second = translog.Append(Record(2));

        Assert.Equal(Record(1), translog.Read(first)!.Value, RecordsAreEqual);
        Assert.Equal(Record(2), translog.Read(second)!.Value, RecordsAreEqual);

        translog.DeleteOlder(translog.Generation);
        Assert.Null(translog.Read(first));
        Assert.Equal([2], Translog.Generations(_folder.Path));
    }

    [Fact]
    public void Says_so_when_the_disk_is_full_and_takes_nothing_more()
    {
        using var translog = new Translog(_folder.Path, 1, static path => new FullDiskFile(path));
        translog.Append(Record(1));

        Assert.Throws<IOException>(translog.Sync);
        Assert.Throws<IOException>(() => translog.Append(Record(2)));
        Assert.Throws<IOException>(translog.Sync);
    }

    static TranslogRecord Record(int i) => i % 2 == 0
        ? new(false, i, 100 + i, $"id-{i}-é", Encoding.UTF8.GetBytes($$"""{"n":{{i}}}"""))
        : new(true, i, 100 + i, $"id-{i}", default);

    static bool RecordsAreEqual(TranslogRecord a, TranslogRecord b) =>
        (a.IsDelete, a.SeqNo, a.Version, a.Id) == (b.IsDelete, b.SeqNo, b.Version, b.Id) && a.Source.Span.SequenceEqual(b.Source.Span);

    Translog Open() => new(_folder.Path, 1, static path => new LogFile(path));

    List<TranslogRecord> Replay(out long cut)
    {
        var records = new List<TranslogRecord>();
        using var file = new LogFile(Path);
        cut = TranslogRecovery.Replay(file, record => records.Add(record with { Source = record.Source.ToArray() }));
        return records;
    }

    sealed class FullDiskFile(string path) : LogFile(path)
    {
        public override void Write(ReadOnlySpan<byte> data, long position) => throw new IOException("No space left on device", 28);
    }
}
