using Clickstream.OpenSearchIndexer.Sessions;

namespace Clickstream.Tests.Indexer;

public class ReadingSizeTests
{
    [Fact]
    public void It_halves_when_a_reading_expires_and_grows_when_one_is_passed_on_within_its_bounds()
    {
        var size = new ReadingSize();
        Assert.Equal(5_000, size.Current);
        size.Expired();
        Assert.Equal(2_500, size.Current);
        for (var i = 0; i < 10; i++)
            size.Expired();
        Assert.Equal(100, size.Current);
        size.PassedOn(99);
        Assert.Equal(100, size.Current);
        size.PassedOn(100);
        Assert.Equal(150, size.Current);
        for (var i = 0; i < 20; i++)
            size.PassedOn(size.Current);
        Assert.Equal(5_000, size.Current);
    }
}
