using Microsoft.Extensions.Logging;

namespace Clickstream.Local.PostgreSql;

/// <summary>The PostgreSQL part's messages: event ids 4100 to 4199.</summary>
static partial class PostgreSqlLog
{
    [LoggerMessage(4100, LogLevel.Information, "PostgreSQL (process {Pid}) already runs on port {Port}: taken over")]
    public static partial void TakenOver(this ILogger logger, int pid, int port);

    [LoggerMessage(4101, LogLevel.Information, "PostgreSQL (process {Pid}) is starting or stopping: waiting for it")]
    public static partial void WaitingForRunning(this ILogger logger, int pid);

    [LoggerMessage(4102, LogLevel.Information, "PostgreSQL (process {Pid}) runs on port {Port}: stopping it to use port {Requested}")]
    public static partial void StoppingForOtherPort(this ILogger logger, int pid, int port, int requested);

    [LoggerMessage(4103, LogLevel.Warning, "PostgreSQL (process {Pid}, port {Port}) ended unexpectedly: starting it again")]
    public static partial void EndedUnexpectedly(this ILogger logger, int pid, int port);

    [LoggerMessage(4104, LogLevel.Information, "PostgreSQL is up again (process {Pid}, port {Port}) after {Seconds:0.0} s")]
    public static partial void StartedAgain(this ILogger logger, int pid, int port, double seconds);

    [LoggerMessage(4105, LogLevel.Error, "Trying again: {Reason}")]
    public static partial void NotStartedAgain(this ILogger logger, string reason);

    [LoggerMessage(4106, LogLevel.Information, "User {User} cannot get to {DataFolder}: PostgreSQL's files go to {Directory}")]
    public static partial void ClusterElsewhere(this ILogger logger, string dataFolder, string user, string directory);

    [LoggerMessage(4107, LogLevel.Warning, "{Directory} was made for {Owner}, which is gone or was made anew: remove it if nothing in it is needed")]
    public static partial void OrphanedFolder(this ILogger logger, string directory, string owner);

    [LoggerMessage(4108, LogLevel.Warning, "{DataFolder} is a copy of another data folder, without its PostgreSQL files: starting with an empty database")]
    public static partial void CopiedFolder(this ILogger logger, string dataFolder);
}
