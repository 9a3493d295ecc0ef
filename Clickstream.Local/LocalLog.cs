using Microsoft.Extensions.Logging;

namespace Clickstream.Local;

/// <summary>The host's messages: event ids 4000 to 4099.</summary>
static partial class LocalLog
{
    [LoggerMessage(4000, LogLevel.Information, "{Part} is ready on 127.0.0.1:{Port} after {Seconds:0.0} s")]
    public static partial void PartReady(this ILogger logger, string part, int port, double seconds);

    [LoggerMessage(4001, LogLevel.Warning, "The state file keeps PostgreSQL's old pid: {Reason}")]
    public static partial void StateNotSaved(this ILogger logger, string reason);

    [LoggerMessage(4002, LogLevel.Debug, "{Part} did not start")]
    public static partial void PartFailed(this ILogger logger, Exception exception, string part);
}
