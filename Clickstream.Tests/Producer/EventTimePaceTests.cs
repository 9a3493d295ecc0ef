using Clickstream.Producer;

namespace Clickstream.Tests.Producer;

public class EventTimePaceTests
{
    const long Start = 1_433_221_332_117;

    readonly ManualTimeProvider _time = new();
    readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public void At_speed_0_nothing_waits()
    {
        var pace = new EventTimePace(0, _time);
        Assert.True(pace.WaitAsync(Start, _stop).IsCompletedSuccessfully);
        Assert.True(pace.WaitAsync(long.MaxValue, _stop).IsCompletedSuccessfully);
        Assert.Equal(0, _time.TimersSet);
    }

    [Theory]
    [InlineData(1, 2000)]
    [InlineData(5, 400)]
    [InlineData(0.5, 4000)]
    public async Task An_event_waits_for_its_time_at_the_factor(double speed, int milliseconds)
    {
        var pace = new EventTimePace(speed, _time);
        Assert.True(pace.WaitAsync(Start, _stop).IsCompletedSuccessfully);
        var wait = pace.WaitAsync(Start + 2000, _stop).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.False(wait.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await wait;
    }

    [Fact]
    public async Task What_is_due_goes_through_at_once_and_a_burst_costs_one_timer()
    {
        var pace = new EventTimePace(1, _time);
        await pace.WaitAsync(Start, _stop);
        // Ten thousand events in ten milliseconds of event time.
        for (var i = 0; i < 10_000; i++)
        {
            var wait = pace.WaitAsync(Start + 1000 + i / 1000, _stop);
            if (!wait.IsCompleted)
                _time.Advance(TimeSpan.FromSeconds(1.01));
            await wait;
        }
        Assert.Equal(1, _time.TimersSet);
    }

    [Fact]
    public async Task Time_that_goes_back_is_due()
    {
        var pace = new EventTimePace(1, _time);
        await pace.WaitAsync(Start, _stop);
        Assert.True(pace.WaitAsync(Start - 100_000, _stop).IsCompletedSuccessfully);
        Assert.True(pace.WaitAsync(0, _stop).IsCompletedSuccessfully);
        Assert.True(pace.WaitAsync(Start, _stop).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_lag_is_made_up_without_waiting()
    {
        var pace = new EventTimePace(1, _time);
        await pace.WaitAsync(Start, _stop);
        _time.Advance(TimeSpan.FromHours(1));
        for (var second = 1; second <= 3600; second++)
            Assert.True(pace.WaitAsync(Start + second * 1000, _stop).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_gap_of_a_century_is_waited_for_to_the_day()
    {
        var century = TimeSpan.FromDays(36_500);
        var pace = new EventTimePace(1, _time);
        await pace.WaitAsync(Start, _stop);
        var wait = pace.WaitAsync(Start + (long)century.TotalMilliseconds, _stop).AsTask();
        // Each day's timer is set by the continuation of the one before.
        for (var day = 1; day <= 36_500; day++)
        {
            Assert.False(wait.IsCompleted);
            var timers = _time.TimersSet;
            _time.Advance(TimeSpan.FromDays(1));
            SpinWait.SpinUntil(() => _time.TimersSet > timers || wait.IsCompleted);
        }
        await wait;
    }

    [Fact]
    public async Task The_slowest_pace_and_the_longest_gap_overflow_nothing_and_can_be_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var pace = new EventTimePace(double.Epsilon, _time);
        await pace.WaitAsync(0, stop.Token);
        var wait = pace.WaitAsync(253_402_300_799_999, stop.Token).AsTask();
        _time.Advance(TimeSpan.FromHours(23));
        Assert.False(wait.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
