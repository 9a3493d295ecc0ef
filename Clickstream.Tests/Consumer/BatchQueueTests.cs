using System.Text;
using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Core.Events;

namespace Clickstream.Tests.Consumer;

public class BatchQueueTests
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    readonly Lane _lane = new(0);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_taker_waits_until_what_is_there_is_flushed()
    {
        var queue = new BatchQueue(10);
        var taken = queue.TakeAsync(Cancelled);
        Assert.True(Add(queue, 0));
        Assert.True(Add(queue, 1));
        Assert.False(taken.IsCompleted);
        queue.Flush();
        Assert.Equal("0 1", Offsets(await taken));
    }

    [Fact]
    public async Task A_full_batch_needs_no_flush_and_takes_no_more()
    {
        var queue = new BatchQueue(2);
        Assert.True(Add(queue, 0));
        Assert.True(Add(queue, 1));
        Assert.False(Add(queue, 2));
        Assert.False(queue.WaitForRoom(TimeSpan.FromMilliseconds(1)));

        var batch = await queue.TakeAsync(Cancelled);
        Assert.True(queue.WaitForRoom(s_limit));
        Assert.True(Add(queue, 2));
        Assert.Equal("0 1", Offsets(batch));
    }

    [Fact]
    public async Task A_returned_batch_alone_makes_no_room()
    {
        var queue = new BatchQueue(1);
        Add(queue, 0);
        var first = await queue.TakeAsync(Cancelled);
        Add(queue, 1);
        var room = Task.Factory.StartNew(() => queue.WaitForRoom(s_limit), Cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        queue.Return(first);
        Assert.Equal("1", Offsets(await queue.TakeAsync(Cancelled)));
        Assert.True(await room);
    }

    [Fact]
    public async Task Stored_means_taken_and_returned()
    {
        var queue = new BatchQueue(10);
        Assert.True(queue.WaitUntilStored(TimeSpan.Zero));
        Add(queue, 0);
        Assert.False(queue.WaitUntilStored(TimeSpan.FromMilliseconds(1)));

        var batch = await queue.TakeAsync(Cancelled);
        Assert.False(queue.WaitUntilStored(TimeSpan.FromMilliseconds(1)));
        queue.Return(batch);
        Assert.True(queue.WaitUntilStored(TimeSpan.Zero));
    }

    [Fact]
    public void Keeps_the_bytes_of_each_record_and_tells_null_from_empty()
    {
        var batch = new Batch(4);
        Add(batch, "key"u8, "value"u8);
        batch.Add(_lane, 1, default, EventError.Empty, new RawRecord([], true, [], true));
        Add(batch, [], []);
        Add(batch, "k"u8, new byte[100_000]);

        Assert.Equal("key", Encoding.ASCII.GetString(batch.Key(batch[0])!));
        Assert.Equal("value", Encoding.ASCII.GetString(batch.Value(batch[0])!));
        Assert.Null(batch.Key(batch[1]));
        Assert.Null(batch.Value(batch[1]));
        Assert.Empty(batch.Key(batch[2])!);
        Assert.Empty(batch.Value(batch[2])!);
        Assert.Equal(100_000, batch.Value(batch[3])!.Length);
    }

    [Fact]
    public void A_batch_of_huge_records_is_full_before_its_count_is()
    {
        var batch = new Batch(1000);
        for (var i = 0; i < 32; i++)
            Add(batch, [], new byte[1024 * 1024]);
        Assert.True(batch.IsFull);
    }

    bool Add(BatchQueue queue, long offset) => queue.TryAdd(_lane, offset, default, EventError.None, default);

    void Add(Batch batch, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        batch.Add(_lane, batch.Count, default, EventError.None, new RawRecord(key, false, value, false));

    static string Offsets(Batch batch) => string.Join(' ', Enumerable.Range(0, batch.Count).Select(i => batch[i].Offset));
}
