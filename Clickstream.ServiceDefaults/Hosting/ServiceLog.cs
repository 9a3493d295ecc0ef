using Microsoft.Extensions.Logging;

namespace Clickstream.ServiceDefaults;

/// <summary>Log messages of ServiceDefaults; event ids 1 to 99.</summary>
static partial class ServiceLog
{
    [LoggerMessage(1, LogLevel.Information, "Started; /health and /alive at {Urls}")]
    public static partial void Started(ILogger logger, string urls);

    [LoggerMessage(2, LogLevel.Critical, "Ends by an unexpected fault")]
    public static partial void UnexpectedFault(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "stored {Records} records: ready {Ready}, first read {FirstRead}, last stored {LastStored}")]
    public static partial void Summary(ILogger logger, long records, string ready, string firstRead, string lastStored);

    [LoggerMessage(4, LogLevel.Warning, "{Warning}")]
    public static partial void SettingsWarning(ILogger logger, string warning);

    [LoggerMessage(10, LogLevel.Warning, "Kafka at {Broker} cannot be reached: {Reason}; retrying")]
    public static partial void KafkaUnreachable(ILogger logger, string broker, string reason);

    [LoggerMessage(11, LogLevel.Warning, "Topic {Topic} cannot be looked up or created: {Reason}; retrying")]
    public static partial void TopicNotReady(ILogger logger, string topic, string reason);

    [LoggerMessage(12, LogLevel.Information, "Created topic {Topic} with {Partitions} partitions")]
    public static partial void TopicCreated(ILogger logger, string topic, int partitions);

    [LoggerMessage(14, LogLevel.Warning, "Waits for topic {Topic}: {Reason}")]
    public static partial void WaitsForTopic(ILogger logger, string topic, string reason);

    [LoggerMessage(20, LogLevel.Warning, "PostgreSQL does not answer: {Reason}; retrying (for {Seconds:F0} s so far)")]
    public static partial void DatabaseUnavailable(ILogger logger, string reason, double seconds);

    [LoggerMessage(21, LogLevel.Information, "PostgreSQL answers again after {Seconds:F1} s")]
    public static partial void DatabaseAvailableAgain(ILogger logger, double seconds);

    [LoggerMessage(30, LogLevel.Warning, "OpenSearch at {Address} takes nothing: {Reason}; retrying (for {Seconds:F0} s so far)")]
    public static partial void OpenSearchUnavailable(ILogger logger, Uri address, string reason, double seconds);

    [LoggerMessage(31, LogLevel.Information, "OpenSearch at {Address} takes documents again after {Seconds:F1} s")]
    public static partial void OpenSearchAvailableAgain(ILogger logger, Uri address, double seconds);

    // The level is librdkafka's own.
    [LoggerMessage(EventId = 13, Message = "{Facility}: {Text}")]
    public static partial void Librdkafka(ILogger logger, LogLevel level, string facility, string text);
}
