using System.Diagnostics;
using Clickstream.Core.Partitioning;

namespace Clickstream.Producer;

/// <summary>
/// The spans of source <c>Clickstream.Producer</c>: at most one a partition and second, about a record that carries its context to the
/// consumers. Where nobody takes spans, an event costs one look.
/// </summary>
/// <param name="topic">Where events go.</param>
/// <param name="partitions">How many partitions it has.</param>
sealed class SendTraces(string topic, int partitions)
{
    const string SourceName = "Clickstream.Producer";

    static readonly ActivitySource s_source = new(SourceName);
    static readonly long s_window = (long)TimeSpan.FromSeconds(1).TotalMilliseconds;

    readonly bool[] _isTraced = new bool[partitions];
    int _left;
    long _windowEnd;

    /// <summary>Begins the span of a record, to be ended when it is acknowledged; nearly always null.</summary>
    public Activity? Start(long visitorId)
    {
        if (!s_source.HasListeners() || !IsDue(visitorId))
            return null;
        var current = Activity.Current;
        var span = s_source.StartActivity($"send {topic}", ActivityKind.Producer, default(ActivityContext));
        // What this thread does next is no part of it.
        Activity.Current = current;
        return span?.SetTag("messaging.system", "kafka").SetTag("messaging.operation.name", "send").SetTag("messaging.operation.type", "send")
            .SetTag("messaging.destination.name", topic);
    }

    /// <summary>Ends it.</summary>
    /// <param name="span">From <see cref="Start"/>.</param>
    /// <param name="error">Why it failed, or null.</param>
    public static void End(Activity span, string? error)
    {
        if (error is not null)
            span.SetStatus(ActivityStatusCode.Error, error);
        span.Dispose();
    }

    bool IsDue(long visitorId)
    {
        var now = Environment.TickCount64;
        if (now >= _windowEnd)
        {
            _windowEnd = now + s_window;
            _left = partitions;
            Array.Clear(_isTraced);
        }
        if (_left == 0)
            return false;
        ref var isTraced = ref _isTraced[Murmur2.HomePartition(visitorId, partitions)];
        if (isTraced)
            return false;
        isTraced = true;
        _left--;
        return true;
    }
}
