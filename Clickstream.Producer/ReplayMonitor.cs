namespace Clickstream.Producer;

/// <summary>Beside a replay: writes the progress line, and says so where the brokers acknowledge nothing for a while.</summary>
sealed class ReplayMonitor(ProducerMetrics metrics, EventSender sender, ReplayConsole console, string brokers, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(console.ProgressInterval, time);
        var (lastTick, lastRead) = (time.GetTimestamp(), 0L);
        var (lastAcknowledged, lastSent) = (lastTick, 0L);
        var lastWarning = lastTick;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = time.GetTimestamp();
                var (read, sent) = (metrics.Read, metrics.Sent);
                console.Progress(read, sent, metrics.Rejected, (read - lastRead) / time.GetElapsedTime(lastTick, now).TotalSeconds);
                (lastTick, lastRead) = (now, read);

                if (sent > lastSent || sender.InFlight == 0)
                {
                    (lastAcknowledged, lastSent) = (now, sent);
                }
                else if (time.GetElapsedTime(lastAcknowledged, now) >= s_patience && time.GetElapsedTime(lastWarning, now) >= s_patience)
                {
                    lastWarning = now;
                    if (sender.MissingTopic is { } topic)
                        ProducerLog.TopicMissing(logger, topic, brokers, sender.InFlight);
                    else
                        ProducerLog.NothingAcknowledged(logger, brokers, time.GetElapsedTime(lastAcknowledged, now).TotalSeconds, sender.InFlight);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The replay is over.
        }
    }
}
