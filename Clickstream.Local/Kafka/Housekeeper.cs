using Clickstream.Local.Kafka.Groups;
using Clickstream.Local.Kafka.Log;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka;

/// <summary>What is done from time to time: old segments deleted, everything forced to the disk.</summary>
sealed class Housekeeper(TopicStore topics, OffsetStore offsets, KafkaBrokerOptions options, ILogger logger)
{
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        EveryAsync(options.RetentionCheckInterval, topics.ApplyRetention, cancellationToken),
        EveryAsync(options.FlushInterval, FlushAll, cancellationToken));

    void FlushAll()
    {
        topics.Flush();
        offsets.Flush();
    }

    async Task EveryAsync(TimeSpan interval, Action work, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    work();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
                {
                    KafkaLog.HousekeepingFailed(logger, e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }
}
