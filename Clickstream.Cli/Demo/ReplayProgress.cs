namespace Clickstream.Cli.Demo;

/// <summary>How far a replay is.</summary>
/// <param name="Sent">Records in Kafka's log.</param>
/// <param name="Stored">Records whose transaction has been committed.</param>
/// <param name="Time">Since the start of the producer.</param>
/// <param name="EventsPerSecond">Stored per second, over the last few seconds; at the end, over all of the time.</param>
readonly record struct ReplayProgress(long Sent, long Stored, TimeSpan Time, double EventsPerSecond)
{
    public long Lag => Sent - Stored;
}

/// <summary>The rate over a window of a few seconds: smooth enough to be read, quick enough to be true.</summary>
sealed class RateWindow
{
    static readonly TimeSpan s_length = TimeSpan.FromSeconds(3);

    readonly Queue<(TimeSpan Time, long Stored)> _samples = new();

    public double Add(TimeSpan time, long stored)
    {
        _samples.Enqueue((time, stored));
        while (_samples.Count > 2 && time - _samples.Peek().Time > s_length)
            _samples.Dequeue();
        var (firstTime, firstStored) = _samples.Peek();
        return time > firstTime ? (stored - firstStored) / (time - firstTime).TotalSeconds : 0;
    }
}
