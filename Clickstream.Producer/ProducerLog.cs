namespace Clickstream.Producer;

/// <summary>Log messages of the producer; event ids 100 to 199.</summary>
static partial class ProducerLog
{
    [LoggerMessage(100, LogLevel.Information, "Replays {File} into topic {Topic} of Kafka at {Brokers}")]
    public static partial void Replays(ILogger logger, string file, string topic, string brokers);

    [LoggerMessage(101, LogLevel.Warning, "Kafka at {Brokers} has acknowledged nothing for {Seconds:0} s; {InFlight} events wait")]
    public static partial void NothingAcknowledged(ILogger logger, string brokers, double seconds, long inFlight);

    [LoggerMessage(102, LogLevel.Warning, "Stops with {InFlight} events that Kafka at {Brokers} has not acknowledged; they may arrive or not")]
    public static partial void StopsUnacknowledged(ILogger logger, long inFlight, string brokers);

    [LoggerMessage(104, LogLevel.Information, "Sends {What} into topic {Topic} of Kafka at {Brokers}")]
    public static partial void Sends(ILogger logger, string what, string topic, string brokers);

    [LoggerMessage(105, LogLevel.Information, "Ended sending {What}: {Sent} events were acknowledged")]
    public static partial void EndedSending(ILogger logger, string what, long sent);

    [LoggerMessage(106, LogLevel.Warning, "Sending {What} failed: {Reason}")]
    public static partial void SendingFailed(ILogger logger, string what, string reason);

    [LoggerMessage(103, LogLevel.Warning, "Topic {Topic} was deleted from Kafka at {Brokers}; {InFlight} events wait until it is made anew")]
    public static partial void TopicMissing(ILogger logger, string topic, string brokers, long inFlight);
}
