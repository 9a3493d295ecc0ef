using System.Globalization;
using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Local.Kafka;

/// <summary>What is left of a log after the process was killed, or worse.</summary>
public sealed class LogRecoveryTests : IDisposable
{
    readonly TempFolder _folder = new();

    string SegmentFile => Path.Combine(_folder.Path, Segment.FileName(0));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_cut_at_every_byte_of_its_last_batch_keeps_all_batches_before()
    {
        long whole, lastStart;
        await using (var log = Open())
        {
            Append(log, TestBatch.Of(3));
            Append(log, TestBatch.Of(2));
            lastStart = new FileInfo(SegmentFile).Length;
            Append(log, TestBatch.Of(4));
            whole = new FileInfo(SegmentFile).Length;
        }

        var content = await File.ReadAllBytesAsync(SegmentFile, TestContext.Current.CancellationToken);
        Assert.Equal(whole, content.Length);
        for (var length = lastStart; length < whole; length++)
        {
            await File.WriteAllBytesAsync(SegmentFile, content[..(int)length], TestContext.Current.CancellationToken);
            File.Delete(Path.ChangeExtension(SegmentFile, SegmentSummary.Extension)); // which only a clean stop leaves
            await using (var log = Open())
            {
                Assert.Equal(5, log.NextOffset);
                Assert.Equal(lastStart, new FileInfo(SegmentFile).Length);
                Assert.Equal(5, Append(log, TestBatch.Of(1)).BaseOffset);
            }

            // And once more, so that a recovery leaves nothing behind that the next one stumbles over.
            await using var again = Open();
            Assert.Equal(6, again.NextOffset);
        }
    }

    [Fact]
    public async Task A_killed_broker_loses_nothing_that_was_acknowledged()
    {
        await using var running = Open();
        for (var i = 0; i < 100; i++) Append(running, TestBatch.Of(10));
        using var left = LeftByKill();
        await using var log = Open(folder: left.Path);
        Assert.Equal(1000, log.NextOffset);
        Assert.Equal(0, log.LogStartOffset);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_producers_sequence_goes_on_after_a_restart_as_after_a_kill(bool killed)
    {
        var log = Open();
        Append(log, TestBatch.Idempotent(5, 0, 0, count: 10));
        Append(log, TestBatch.Idempotent(5, 0, 10, count: 10));
        using var left = killed ? LeftByKill() : null;
        await log.DisposeAsync();

        await using var again = Open(folder: left?.Path);
        Assert.Equal(10, Append(again, TestBatch.Idempotent(5, 0, 10, count: 10)).BaseOffset);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, again.Append(TestBatch.Idempotent(5, 0, 21)).Error);
        Assert.Equal(20, Append(again, TestBatch.Idempotent(5, 0, 20)).BaseOffset);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(5000)]
    public async Task Garbage_behind_the_last_batch_is_cut_off(int bytes)
    {
        await using (var log = Open()) Append(log, TestBatch.Of(3));
        var length = new FileInfo(SegmentFile).Length;
        var garbage = new byte[bytes];
        new Random(bytes).NextBytes(garbage);
        await File.AppendAllBytesAsync(SegmentFile, garbage, TestContext.Current.CancellationToken);

        await using var recovered = Open();
        Assert.Equal(3, recovered.NextOffset);
        Assert.Equal(length, new FileInfo(SegmentFile).Length);
    }

    [Fact]
    public async Task Zeros_behind_the_last_batch_are_cut_off()
    {
        await using (var log = Open()) Append(log, TestBatch.Of(3));
        await File.AppendAllBytesAsync(SegmentFile, new byte[10_000], TestContext.Current.CancellationToken);
        await using var recovered = Open();
        Assert.Equal(3, recovered.NextOffset);
    }

    [Fact]
    public async Task A_flipped_bit_ends_the_log_before_the_batch_it_is_in()
    {
        long firstEnd;
        await using (var log = Open())
        {
            Append(log, TestBatch.Of(3));
            firstEnd = new FileInfo(SegmentFile).Length;
            Append(log, TestBatch.Of(2));
        }

        File.Delete(Path.ChangeExtension(SegmentFile, SegmentSummary.Extension));
        var content = await File.ReadAllBytesAsync(SegmentFile, TestContext.Current.CancellationToken);
        content[firstEnd + 70] ^= 1;
        await File.WriteAllBytesAsync(SegmentFile, content, TestContext.Current.CancellationToken);

        await using var recovered = Open();
        Assert.Equal(3, recovered.NextOffset);
    }

    [Fact]
    public async Task A_damaged_summary_is_not_believed()
    {
        await using (var log = Open()) Append(log, TestBatch.Idempotent(5, 0, 0, count: 3));
        var summary = Path.ChangeExtension(SegmentFile, SegmentSummary.Extension);
        var content = await File.ReadAllBytesAsync(summary, TestContext.Current.CancellationToken);
        content[10] ^= 1;
        await File.WriteAllBytesAsync(summary, content, TestContext.Current.CancellationToken);

        await using var recovered = Open();
        Assert.Equal(3, recovered.NextOffset);
        Assert.Equal(0, Append(recovered, TestBatch.Idempotent(5, 0, 0, count: 3)).BaseOffset); // a duplicate: known from the log itself
    }

    [Fact]
    public async Task Batches_larger_than_the_read_buffer_are_recovered()
    {
        var config = new LogConfig { MaxMessageBytes = 8 * 1024 * 1024 };
        await using var running = Open(config);
        Append(running, TestBatch.Of(1, valueSize: 3_000_000));
        Append(running, TestBatch.Of(1, valueSize: 10));
        Append(running, TestBatch.Of(1, valueSize: 2_000_000));
        using var left = LeftByKill();
        await using var log = Open(config, left.Path);
        Assert.Equal(3, log.NextOffset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_segments_are_recovered_with_their_producers(bool cleanStop)
    {
        var config = new LogConfig { SegmentBytes = 1000 };
        var log = Open(config);
        for (var i = 0; i < 50; i++) Append(log, TestBatch.Idempotent(5, 0, i));
        if (cleanStop) await log.DisposeAsync();
        using var left = LeftByKill();
        await log.DisposeAsync();

        await using var recovered = Open(config, left.Path);
        Assert.True(Directory.GetFiles(left.Path, "*.log").Length > 3);
        Assert.Equal(50, recovered.NextOffset);
        Assert.Equal(47, Append(recovered, TestBatch.Idempotent(5, 0, 47)).BaseOffset); // among the last five
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, recovered.Append(TestBatch.Idempotent(5, 0, 51)).Error);
        Assert.Equal(50, Append(recovered, TestBatch.Idempotent(5, 0, 50)).BaseOffset);
    }

    [Fact]
    public async Task A_segment_that_does_not_follow_on_the_one_before_is_set_aside_and_not_destroyed()
    {
        var config = new LogConfig { SegmentBytes = 200 };
        await using (var log = Open(config))
            for (var i = 0; i < 6; i++)
                Append(log, TestBatch.Of(1, valueSize: 80));
        var files = Directory.GetFiles(_folder.Path, "*.log").Order(StringComparer.Ordinal).ToArray();
        var middle = files[1];
        var content = await File.ReadAllBytesAsync(middle, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(middle, content[..50], TestContext.Current.CancellationToken);

        await using var recovered = Open(config);
        Assert.Equal(long.Parse(Path.GetFileNameWithoutExtension(middle), CultureInfo.InvariantCulture), recovered.NextOffset);
        Assert.Equal(files.Length - 2, Directory.GetFiles(_folder.Path, "*.aside").Length);
    }

    // The files as they are at this moment, the log still open: that is how a killed process leaves them. Summaries of closed
    // segments are written in the background: one that goes from its temporary name to its own while we copy is one not written yet.
    TempFolder LeftByKill()
    {
        var copy = new TempFolder();
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            try
            {
                File.Copy(file, copy.File(Path.GetFileName(file)));
            }
            catch (FileNotFoundException) when (file.EndsWith(".tmp", StringComparison.Ordinal))
            {
            }
        }

        return copy;
    }

    PartitionLog Open(LogConfig? config = null, string? folder = null) =>
        PartitionLog.Open(folder ?? _folder.Path, config ?? new(), TimeProvider.System, NullLogger.Instance);

    static AppendResult Append(PartitionLog log, byte[] batch)
    {
        var result = log.Append(batch);
        Assert.Equal(ErrorCode.None, result.Error);
        return result;
    }
}
