using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer.Indexing;

namespace Clickstream.Tests.Indexer;

public class BulkSizeTests
{
    [Fact]
    public void It_halves_when_refused_and_grows_when_taken_within_its_bounds()
    {
        var size = Create(5_000);
        Assert.Equal(2_000, size.Current);
        size.Refused(2_000);
        Assert.Equal(1_000, size.Current);
        for (var i = 0; i < 10; i++)
            size.Refused(size.Current);
        Assert.Equal(100, size.Current);
        size.Taken(100);
        Assert.Equal(151, size.Current);
        for (var i = 0; i < 20; i++)
            size.Taken(size.Current);
        Assert.Equal(5_000, size.Current);
    }

    [Fact]
    public void A_small_request_that_is_taken_and_a_second_refusal_of_the_same_size_change_nothing()
    {
        var size = Create(5_000);
        size.Taken(1_999);
        Assert.Equal(2_000, size.Current);
        size.Refused(2_000);
        size.Refused(2_000);
        Assert.Equal(1_000, size.Current);
    }

    [Fact]
    public void A_much_smaller_request_that_is_refused_changes_nothing()
    {
        var size = Create(5_000);
        size.Refused(999);
        Assert.Equal(2_000, size.Current);
        size.Refused(1_000);
        Assert.Equal(500, size.Current);
    }

    [Fact]
    public void A_small_bound_is_kept_from_the_start() => Assert.Equal(7, Create(7).Current);

    static BulkSize Create(int most) => new(new IndexerOptions("g", most, 1 << 20, 2, false, false, TimeSpan.Zero));
}
