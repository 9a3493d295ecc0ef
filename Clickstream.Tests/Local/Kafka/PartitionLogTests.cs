using Clickstream.Local.Files;
using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Local.Kafka;

public sealed class PartitionLogTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_read_is_what_was_appended_but_for_the_offset()
    {
        await using var log = Open();
        Append(log, TestBatch.Of(5));
        var batch = Convert.FromHexString(RecordBatchTests.FromJava);
        Assert.Equal(5, Append(log, [.. batch]));

        var read = Read(log, 5);
        Assert.Equal(5, RecordBatch.ReadHeader(read).BaseOffset);
        Assert.Equal(batch[16..], read[16..]);
    }

    [Fact]
    public async Task A_read_in_the_middle_of_a_batch_gives_the_whole_batch()
    {
        await using var log = Open();
        for (var i = 0; i < 20; i++) Append(log, TestBatch.Of(5));
        for (var offset = 0; offset < 100; offset++)
            Assert.Equal(offset / 5 * 5, RecordBatch.ReadHeader(Read(log, offset)).BaseOffset);
    }

    [Fact]
    public async Task A_read_never_ends_within_a_batch_and_never_exceeds_the_limit()
    {
        await using var log = Open();
        var size = TestBatch.Of(3).Length;
        for (var i = 0; i < 300; i++) Append(log, TestBatch.Of(3));
        for (var limit = size; limit < 40 * size; limit += 37)
        {
            var slice = log.Read(30, limit, atLeastOneBatch: false).Records;
            Assert.InRange(slice.Length, size, limit);
            Assert.Equal(0, slice.Length % size);
        }
    }

    [Fact]
    public async Task A_first_batch_larger_than_the_limit_is_given_nevertheless_and_only_the_first()
    {
        await using var log = Open();
        Append(log, TestBatch.Of(3));
        Append(log, TestBatch.Of(3));
        Assert.Equal(TestBatch.Of(3).Length, log.Read(0, 10, atLeastOneBatch: true).Records.Length);
        Assert.Equal(0, log.Read(0, 10, atLeastOneBatch: false).Records.Length);
        Assert.Equal(0, log.Read(0, -5, atLeastOneBatch: false).Records.Length);
    }

    [Fact]
    public async Task Offsets_outside_the_log_are_out_of_range_and_its_end_is_not()
    {
        await using var log = Open();
        Append(log, TestBatch.Of(3));
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(-1, 100, true).Error);
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(4, 100, true).Error);
        Assert.Equal((ErrorCode.None, 0), (log.Read(3, 100, true).Error, log.Read(3, 100, true).Records.Length));
    }

    [Fact]
    public async Task Reading_from_segment_to_segment_gives_every_batch()
    {
        await using var log = Open(new() { SegmentBytes = 1000 });
        for (var i = 0; i < 200; i++) Append(log, TestBatch.Of(2));
        long offset = 0;
        while (offset < 400)
        {
            var header = RecordBatch.ReadHeader(Read(log, offset));
            Assert.Equal(offset, header.BaseOffset);
            offset = header.LastOffset + 1;
        }
    }

    [Fact]
    public async Task Damaged_batches_are_refused()
    {
        await using var log = Open();
        var flipped = TestBatch.Of(3);
        flipped[^1] ^= 1;
        Assert.Equal(ErrorCode.CorruptMessage, log.Append(flipped).Error);
        Assert.Equal(ErrorCode.CorruptMessage, log.Append(TestBatch.Of(3)[..40]).Error);
        Assert.Equal(ErrorCode.CorruptMessage, log.Append(TestBatch.Of(3)[..^1]).Error);
        Assert.Equal(ErrorCode.InvalidRecord, log.Append((byte[])[.. TestBatch.Of(3), .. TestBatch.Of(3)]).Error);
        var oldFormat = TestBatch.Of(3);
        oldFormat[16] = 1;
        Assert.Equal(ErrorCode.InvalidRecord, log.Append(oldFormat).Error);
        Assert.Equal(ErrorCode.InvalidRecord, log.Append(TestBatch.Create([new(1, null, [])], 5, 0, 0, attributes: 0x10)).Error);
        Assert.Equal(ErrorCode.InvalidRecord, log.Append(TestBatch.Create([new(1, null, [])], attributes: 0x20)).Error);
        Assert.Equal(0, log.NextOffset);
    }

    [Fact]
    public async Task A_batch_larger_than_the_topic_allows_is_refused()
    {
        await using var log = Open(new() { MaxMessageBytes = 200 });
        Assert.Equal(ErrorCode.MessageTooLarge, log.Append(TestBatch.Of(1, valueSize: 200)).Error);
        Assert.Equal(ErrorCode.None, log.Append(TestBatch.Of(1, valueSize: 50)).Error);
    }

    [Fact]
    public async Task A_timestamp_of_the_far_future_is_refused_and_a_clock_somewhat_ahead_is_not()
    {
        await using var log = Open();
        Assert.Equal(ErrorCode.InvalidTimestamp, log.Append(TestBatch.Of(1, timestamp: Now(3601))).Error);
        Append(log, TestBatch.Of(1, timestamp: Now(3599)));
    }

    [Fact]
    public async Task A_full_disk_refuses_batches_and_the_log_goes_on_when_there_is_room()
    {
        var file = default(FullDiskFile)!;
        await using (var log = Open(openFile: path => file = new FullDiskFile(path)))
        {
            Append(log, TestBatch.Idempotent(5, 0, 0));
            file.IsFull = true;
            Assert.Equal(ErrorCode.KafkaStorageError, log.Append(TestBatch.Idempotent(5, 0, 1)).Error);
            Assert.Equal(1, log.NextOffset);
            Assert.Equal(RecordBatch.ReadHeader(Read(log, 0)).Size, file.Length); // the half that was written is gone
            file.IsFull = false;
            Assert.Equal(1, Append(log, TestBatch.Idempotent(5, 0, 1)));
        }

        await using var again = Open();
        Assert.Equal(2, again.NextOffset);
    }

    [Fact]
    public async Task A_new_producer_whose_first_batch_met_a_full_disk_must_repeat_it_before_others()
    {
        var file = default(FullDiskFile)!;
        await using var log = Open(openFile: path => file = new FullDiskFile(path));
        file.IsFull = true;
        Assert.Equal(ErrorCode.KafkaStorageError, log.Append(TestBatch.Idempotent(5, 0, 0, count: 10)).Error);
        file.IsFull = false;
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, log.Append(TestBatch.Idempotent(5, 0, 10)).Error);
        Append(log, TestBatch.Idempotent(5, 0, 0, count: 10));
        Append(log, TestBatch.Idempotent(5, 0, 10));
        Assert.Equal(11, log.NextOffset);
    }

    [Fact]
    public async Task Retention_by_time_deletes_whole_segments_that_are_too_old_and_the_active_one_too()
    {
        await using var log = Open(new() { SegmentBytes = 200, RetentionMs = 60_000 });
        Append(log, TestBatch.Of(1, timestamp: Now(-120), valueSize: 100));
        Append(log, TestBatch.Of(1, timestamp: Now(-90), valueSize: 100));
        Append(log, TestBatch.Of(1, timestamp: Now(-10), valueSize: 100));
        Assert.Equal(2, log.ApplyRetention());
        Assert.Equal((2L, 3L), (log.LogStartOffset, log.NextOffset));
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(1, 1000, true).Error);

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, log.ApplyRetention());
        Assert.Equal((3L, 3L), (log.LogStartOffset, log.NextOffset));
        Assert.Equal(3, Append(log, TestBatch.Of(1)));
    }

    [Fact]
    public async Task Retention_by_size_keeps_at_least_the_size()
    {
        var config = new LogConfig { SegmentBytes = 200, RetentionBytes = 600, RetentionMs = -1 };
        await using (var log = Open(config))
        {
            for (var i = 0; i < 20; i++) Append(log, TestBatch.Of(1, valueSize: 100));
            log.ApplyRetention();
            Assert.InRange(Directory.GetFiles(_folder.Path, "*.log").Sum(f => new FileInfo(f).Length), 600, 800);
            Assert.Equal(20, log.NextOffset);
            Assert.True(log.LogStartOffset > 10);
        }

        await using var again = Open(config);
        Assert.Equal(20, again.NextOffset);
        Assert.True(again.LogStartOffset > 10);
    }

    [Fact]
    public async Task Records_deleted_on_request_stay_deleted_after_a_restart()
    {
        await using (var log = Open(new() { SegmentBytes = 400 }))
        {
            for (var i = 0; i < 10; i++) Append(log, TestBatch.Of(3));
            Assert.Equal(7, log.DeleteRecordsBefore(7).BaseOffset);
            Assert.Equal(ErrorCode.OffsetOutOfRange, log.DeleteRecordsBefore(31).Error);
            Assert.Equal(7, log.DeleteRecordsBefore(2).BaseOffset);
        }

        await using var again = Open(new() { SegmentBytes = 400 });
        Assert.Equal((7L, 30L), (again.LogStartOffset, again.NextOffset));
        Assert.Equal(30, again.DeleteRecordsBefore(-1).BaseOffset);
        Assert.Equal(ErrorCode.OffsetOutOfRange, again.Read(29, 100, true).Error);
    }

    [Fact]
    public async Task Offsets_are_found_by_time_across_batches_and_segments()
    {
        await using var log = Open(new() { SegmentBytes = 2000 });
        for (var i = 0; i < 100; i++)
        {
            Append(log, TestBatch.Create(
            [
                new(1000 + (i * 10), null, new byte[30]),
                new(1000 + (i * 10) + 5, null, new byte[30]),
            ]));
        }

        for (var offset = 0; offset < 200; offset++)
        {
            Assert.Equal(new(offset, 1000 + (offset * 5)), log.FindByTimestamp(1000 + (offset * 5)));
            Assert.Equal(offset, log.FindByTimestamp(1000 + (offset * 5) - 1).Offset);
        }

        Assert.Equal(OffsetAndTimestamp.None, log.FindByTimestamp(1000 + (200 * 5)));
        Assert.Equal(new(199, 1000 + (199 * 5)), log.FindMaxTimestamp());
        log.DeleteRecordsBefore(7);
        Assert.Equal(new(7, 1035), log.FindByTimestamp(0));
    }

    [Fact]
    public async Task An_append_wakes_who_waits_for_it()
    {
        await using var log = Open();
        var waiter = new AppendWaiter();
        log.AddWaiter(waiter);
        Assert.False(waiter.Signalled.IsCompleted);
        Append(log, TestBatch.Of(1));
        Assert.True(waiter.Signalled.IsCompleted);
        waiter.Reset();
        Assert.False(waiter.Signalled.IsCompleted);
        log.RemoveWaiter(waiter);
        Append(log, TestBatch.Of(1));
        Assert.False(waiter.Signalled.IsCompleted);
    }

    [Fact]
    public async Task A_slice_of_a_segment_that_is_gone_reads_as_nothing()
    {
        await using var log = Open();
        Append(log, TestBatch.Of(1));
        var slice = log.Read(0, 1000, true).Records;
        log.Abandon();
        Assert.False(slice.TryRead(new byte[slice.Length]));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, log.Read(0, 1000, true).Error);
    }

    long Now(int seconds) => _time.GetUtcNow().AddSeconds(seconds).ToUnixTimeMilliseconds();

    PartitionLog Open(LogConfig? config = null, Func<string, LogFile>? openFile = null) =>
        PartitionLog.Open(_folder.Path, config ?? new(), _time, NullLogger.Instance, openFile);

    static long Append(PartitionLog log, byte[] batch)
    {
        var result = log.Append(batch);
        Assert.Equal(ErrorCode.None, result.Error);
        return result.BaseOffset;
    }

    static byte[] Read(PartitionLog log, long offset)
    {
        var slice = log.Read(offset, 1_000_000, atLeastOneBatch: true).Records;
        var bytes = new byte[slice.Length];
        Assert.True(slice.TryRead(bytes));
        return bytes;
    }

    /// <summary>Takes half of what it is given, then fails, as a disk does that runs full.</summary>
    sealed class FullDiskFile(string path) : LogFile(path)
    {
        public bool IsFull { get; set; }

        public override void Write(ReadOnlySpan<byte> data, long position)
        {
            base.Write(IsFull ? data[..(data.Length / 2)] : data, position);
            if (IsFull) throw new IOException("No space left on device");
        }
    }
}
