using Clickstream.Consumer.Lanes;

namespace Clickstream.Tests.Consumer;

public class EventTimeWindowTests
{
    [Fact]
    public void Has_no_median_until_half_of_it_is_filled()
    {
        var window = new EventTimeWindow();
        for (var i = 0; i < 127; i++)
            window.Add(i);
        Assert.Null(window.Median());
        window.Add(127);
        Assert.Equal(64, window.Median());
    }

    [Fact]
    public void One_event_of_the_far_future_does_not_drag_the_median()
    {
        var window = new EventTimeWindow();
        for (var i = 0; i < 1000; i++)
            window.Add(i);
        var before = window.Median();
        window.Add(long.MaxValue);
        Assert.InRange(window.Median()!.Value, before!.Value, before.Value + 2);
    }

    [Fact]
    public void Forgets_all_but_the_last_255_times()
    {
        var window = new EventTimeWindow();
        for (var i = 0; i < 500; i++)
            window.Add(0);
        for (var i = 1; i <= 255; i++)
            window.Add(i);
        Assert.Equal(128, window.Median());
    }
}
