namespace Clickstream.Producer;

/// <summary>
/// Lets events through at the pace of their own timestamps. The clock is read once for all events that are due, and a wait is never
/// shorter than timers can measure, so a burst goes through as a burst; an event may be a few milliseconds late and is never early.
/// </summary>
/// <param name="speed">How many times faster than event time; 0 is no pace at all.</param>
/// <param name="time">The clock.</param>
sealed class EventTimePace(double speed, TimeProvider time)
{
    static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(5);

    // Timers have a longest time; a gap of years is waited for in days.
    static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);

    bool _started;
    long _startedAt;
    long _firstEventTime;
    long _dueUntil;

    /// <summary>Waits until an event is due. The first one is, and sets the start.</summary>
    /// <param name="eventTime">The event's timestamp in Unix milliseconds; one that goes back is due at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask WaitAsync(long eventTime, CancellationToken cancellationToken)
    {
        if (speed == 0 || (_started && eventTime <= _dueUntil))
            return ValueTask.CompletedTask;
        if (_started)
            return new(WaitUntilDueAsync(eventTime, cancellationToken));
        _started = true;
        _startedAt = time.GetTimestamp();
        _firstEventTime = _dueUntil = eventTime;
        return ValueTask.CompletedTask;
    }

    async Task WaitUntilDueAsync(long eventTime, CancellationToken cancellationToken)
    {
        while (true)
        {
            var eventTimeNow = _firstEventTime + time.GetElapsedTime(_startedAt).TotalMilliseconds * speed;
            _dueUntil = (long)eventTimeNow;
            if (eventTime <= _dueUntil)
                return;
            var milliseconds = (eventTime - eventTimeNow) / speed;
            await Task.Delay(
                TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(milliseconds), s_shortestWait.TotalMilliseconds, s_longestWait.TotalMilliseconds)),
                time, cancellationToken);
        }
    }
}
