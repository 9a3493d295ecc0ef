using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka;

/// <summary>The broker's log messages, event ids 2000 to 2099.</summary>
static partial class KafkaLog
{
    [LoggerMessage(2000, LogLevel.Information, "Kafka broker listens on {EndPoint}, data in {Directory}, {Topics} topics")]
    public static partial void Started(ILogger logger, System.Net.EndPoint endPoint, string directory, int topics);

    [LoggerMessage(2001, LogLevel.Information, "Kafka broker stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(2010, LogLevel.Warning, "Closing the connection from {Client}: {Reason}")]
    public static partial void MalformedRequest(ILogger logger, string client, string reason);

    [LoggerMessage(2011, LogLevel.Error, "Closing the connection from {Client}: {Request} failed")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string client, Protocol.ApiKey request);

    [LoggerMessage(2012, LogLevel.Warning, "Accepting a connection failed, going on: {Reason}")]
    public static partial void AcceptFailed(ILogger logger, string reason);

    [LoggerMessage(2013, LogLevel.Warning, "TLS with {Client} failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, string client, string reason);

    [LoggerMessage(2020, LogLevel.Information, "Topic {Topic} created with {Partitions} partitions, id {Id}")]
    public static partial void TopicCreated(ILogger logger, string topic, int partitions, Guid id);

    [LoggerMessage(2021, LogLevel.Information, "Topic {Topic} has {Partitions} partitions now")]
    public static partial void PartitionsAdded(ILogger logger, string topic, int partitions);

    [LoggerMessage(2022, LogLevel.Information, "Topic {Topic} deleted, id {Id}")]
    public static partial void TopicDeleted(ILogger logger, string topic, Guid id);

    [LoggerMessage(2024, LogLevel.Warning, "{Directory} could not be removed; the next start removes it: {Reason}")]
    public static partial void FolderLeftBehind(ILogger logger, string directory, string reason);

    [LoggerMessage(2030, LogLevel.Warning, "{File}: {Bytes} bytes behind the last complete batch cut off, next offset is {NextOffset}")]
    public static partial void TailCutOff(ILogger logger, string file, long bytes, long nextOffset);

    [LoggerMessage(2031, LogLevel.Error, "{File}: segment does not follow on the one before and was set aside; records are missing")]
    public static partial void SegmentSetAside(ILogger logger, string file);

    [LoggerMessage(2032, LogLevel.Error, "{Directory}: append refused, clients will try again: {Reason}")]
    public static partial void AppendFailed(ILogger logger, string directory, string reason);

    [LoggerMessage(2033, LogLevel.Warning, "{File}: no summary written, the next start will read the segment: {Reason}")]
    public static partial void SealFailed(ILogger logger, string file, string reason);

    [LoggerMessage(2034, LogLevel.Information, "{File}: segment deleted, the log starts at {LogStartOffset}")]
    public static partial void SegmentDeleted(ILogger logger, string file, long logStartOffset);

    [LoggerMessage(2035, LogLevel.Error, "Housekeeping failed and is tried again: {Reason}")]
    public static partial void HousekeepingFailed(ILogger logger, string reason);

    [LoggerMessage(2040, LogLevel.Information, "Group {Group}: generation {Generation} with {Members} members")]
    public static partial void GroupGeneration(ILogger logger, string group, int generation, int members);

    [LoggerMessage(2041, LogLevel.Information, "Group {Group}: member {Member} left or was removed: {Reason}")]
    public static partial void MemberRemoved(ILogger logger, string group, string member, string reason);

    [LoggerMessage(2042, LogLevel.Error, "Not stored, the client will try again: {What}: {Reason}")]
    public static partial void NotStored(ILogger logger, string what, string reason);

    [LoggerMessage(2023, LogLevel.Information, "Topic {Topic} has new configs")]
    public static partial void TopicAltered(ILogger logger, string topic);
}
