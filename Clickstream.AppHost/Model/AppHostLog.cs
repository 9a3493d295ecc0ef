using Microsoft.Extensions.Logging;

namespace Clickstream.AppHost.Model;

/// <summary>Log messages of the AppHost; event ids 900 to 999.</summary>
static partial class AppHostLog
{
    [LoggerMessage(900, LogLevel.Information, "{Line}")]
    public static partial void CommandSaid(ILogger logger, string line);
}
