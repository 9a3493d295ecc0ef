using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Core.Events;

namespace Clickstream.Tests.Consumer;

public class BatchQueuesTests
{
    static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);
    readonly BatchQueues _queues = new(2, 10);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_partition_has_one_queue_and_neighbours_have_different_ones()
    {
        Assert.Same(_queues.Of(1), _queues.Of(1));
        Assert.NotSame(_queues.Of(1), _queues.Of(2));
        Assert.Equal(_queues.All, [_queues.Of(0), _queues.Of(1)]);
    }

    [Fact]
    public async Task Stored_means_all_of_them_are_and_all_begin_at_once()
    {
        Add(0);
        Add(1);
        Assert.False(_queues.WaitUntilStored(s_moment));

        // The wait has flushed both, though the first was not stored.
        var second = await _queues.Of(1).TakeAsync(Cancelled);
        _queues.Of(1).Return(second);
        Assert.False(_queues.WaitUntilStored(s_moment));

        _queues.Of(0).Return(await _queues.Of(0).TakeAsync(Cancelled));
        Assert.True(_queues.WaitUntilStored(TimeSpan.Zero));
    }

    void Add(int partition) => Assert.True(_queues.Of(partition).TryAdd(new Lane(partition), 0, default, EventError.None, default));
}
