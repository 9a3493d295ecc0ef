using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Local.Kafka;

public sealed class IdempotenceTests : IAsyncLifetime
{
    readonly TempFolder _folder = new();
    readonly ManualTime _time = new();
    PartitionLog _log = null!;

    public ValueTask InitializeAsync()
    {
        _log = PartitionLog.Open(_folder.Path, new(), _time, NullLogger.Instance);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void A_batch_sent_twice_is_stored_once_and_answered_with_its_first_offset()
    {
        Stored(0, TestBatch.Idempotent(5, 0, 0, count: 10));
        Stored(10, TestBatch.Idempotent(5, 0, 10, count: 10));
        Stored(0, TestBatch.Idempotent(5, 0, 0, count: 10));
        Stored(10, TestBatch.Idempotent(5, 0, 10, count: 10));
        Assert.Equal(20, _log.NextOffset);
    }

    [Fact]
    public void The_last_five_batches_are_remembered_and_older_ones_are_out_of_order()
    {
        for (var i = 0; i < 6; i++) Stored(i, TestBatch.Idempotent(5, 0, i));
        for (var i = 1; i < 6; i++) Stored(i, TestBatch.Idempotent(5, 0, i));
        Refused(ErrorCode.OutOfOrderSequenceNumber, TestBatch.Idempotent(5, 0, 0));
    }

    [Fact]
    public void A_gap_in_the_sequence_is_out_of_order_until_it_is_filled()
    {
        Stored(0, TestBatch.Idempotent(5, 0, 0));
        Refused(ErrorCode.OutOfOrderSequenceNumber, TestBatch.Idempotent(5, 0, 2));
        Stored(1, TestBatch.Idempotent(5, 0, 1));
        Stored(2, TestBatch.Idempotent(5, 0, 2));
    }

    [Fact]
    public void A_batch_that_overlaps_one_stored_is_no_duplicate()
    {
        Stored(0, TestBatch.Idempotent(5, 0, 0, count: 5));
        Refused(ErrorCode.OutOfOrderSequenceNumber, TestBatch.Idempotent(5, 0, 0, count: 6));
        Refused(ErrorCode.OutOfOrderSequenceNumber, TestBatch.Idempotent(5, 0, 3, count: 5));
    }

    [Fact]
    public void A_new_epoch_begins_at_zero_and_ends_the_old_one()
    {
        Stored(0, TestBatch.Idempotent(5, 0, 0));
        Refused(ErrorCode.OutOfOrderSequenceNumber, TestBatch.Idempotent(5, 1, 1));
        Stored(1, TestBatch.Idempotent(5, 1, 0));
        Refused(ErrorCode.InvalidProducerEpoch, TestBatch.Idempotent(5, 0, 1));
    }

    [Fact]
    public void A_producer_of_which_nothing_is_known_may_begin_anywhere() => Stored(0, TestBatch.Idempotent(5, 0, 1234));

    [Fact]
    public void Producers_do_not_concern_each_other()
    {
        Stored(0, TestBatch.Idempotent(5, 0, 0));
        Stored(1, TestBatch.Idempotent(6, 0, 0));
        Stored(2, TestBatch.Idempotent(5, 0, 1));
        Stored(3, TestBatch.Of(1));
    }

    [Fact]
    public void A_sequence_goes_on_at_zero_after_the_greatest_integer()
    {
        Stored(0, TestBatch.Idempotent(5, 0, int.MaxValue - 1, count: 4));
        Stored(4, TestBatch.Idempotent(5, 0, 2));
        Stored(0, TestBatch.Idempotent(5, 0, int.MaxValue - 1, count: 4));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restart_forgets_nothing(bool cleanStop)
    {
        for (var i = 0; i < 3; i++) Stored(i, TestBatch.Idempotent(5, 2, i));
        await _log.DisposeAsync();
        if (!cleanStop) File.Delete(Path.Combine(_folder.Path, Path.ChangeExtension(Segment.FileName(0), SegmentSummary.Extension)));
        _log = PartitionLog.Open(_folder.Path, new(), _time, NullLogger.Instance);

        Stored(1, TestBatch.Idempotent(5, 2, 1));
        Refused(ErrorCode.OutOfOrderSequenceNumber, TestBatch.Idempotent(5, 2, 4));
        Refused(ErrorCode.InvalidProducerEpoch, TestBatch.Idempotent(5, 1, 0));
        Stored(3, TestBatch.Idempotent(5, 2, 3));
    }

    [Fact]
    public void A_producer_silent_for_a_day_is_forgotten()
    {
        Stored(0, TestBatch.Idempotent(5, 0, 0));
        _time.Advance(TimeSpan.FromHours(25));
        _log.ApplyRetention();
        Stored(1, TestBatch.Idempotent(5, 0, 77));
    }

    [Fact]
    public void Producer_ids_are_never_given_twice()
    {
        var path = _folder.File("producer-ids");
        var seen = new HashSet<long>();
        for (var start = 0; start < 3; start++)
        {
            var ids = new ProducerIds(path);
            for (var i = 0; i < 1500; i++) Assert.True(seen.Add(ids.Next()));
        }
    }

    void Stored(long offset, byte[] batch)
    {
        var result = _log.Append(batch);
        Assert.Equal((ErrorCode.None, offset), (result.Error, result.BaseOffset));
    }

    void Refused(ErrorCode error, byte[] batch) => Assert.Equal(error, _log.Append(batch).Error);
}
