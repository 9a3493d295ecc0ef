using Clickstream.OpenSearchIndexer.Events;

namespace Clickstream.Tests.Indexer;

public class PartitionProgressTests
{
    [Fact]
    public void The_offset_moves_when_the_oldest_part_is_settled_and_then_over_all_that_were()
    {
        var progress = new PartitionProgress(0, 5, 10);
        var (first, second, third) = (Part(progress, 20), Part(progress, 30), Part(progress, 40));
        Assert.Equal(10, progress.Settled);
        progress.Settle(third);
        progress.Settle(second);
        Assert.Equal(10, progress.Settled);
        progress.Settle(first);
        Assert.Equal(40, progress.Settled);
    }

    [Fact]
    public void A_part_that_grew_after_it_was_begun_counts_whole()
    {
        var progress = new PartitionProgress(0, 0, 0);
        var part = Part(progress, 1);
        part.End = 7;
        progress.Settle(part);
        Assert.Equal(7, progress.Settled);
    }

    static BatchPart Part(PartitionProgress progress, long end)
    {
        var part = progress.Begin();
        part.End = end;
        return part;
    }
}
