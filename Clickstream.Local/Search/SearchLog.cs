using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Search;

/// <summary>The search node's messages: event ids 4200 to 4299.</summary>
static partial class SearchLog
{
    [LoggerMessage(4200, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(4201, LogLevel.Error, "{Directory} cannot be written, clients will try again: {Reason}")]
    public static partial void WriteFailed(ILogger logger, string directory, string reason);

    [LoggerMessage(4202, LogLevel.Warning, "{Directory} was not closed as it should: {Reason}")]
    public static partial void CloseFailed(ILogger logger, string directory, string reason);

    [LoggerMessage(4203, LogLevel.Warning, "{File}: {Bytes} bytes behind the last complete operation cut off")]
    public static partial void TailCutOff(ILogger logger, string file, long bytes);

    [LoggerMessage(4204, LogLevel.Information, "{Directory}: {Count} operations replayed")]
    public static partial void Replayed(ILogger logger, string directory, int count);

    [LoggerMessage(4205, LogLevel.Information, "Index {Name} created")]
    public static partial void IndexCreated(ILogger logger, string name);

    [LoggerMessage(4206, LogLevel.Information, "Index {Name} deleted")]
    public static partial void IndexDeleted(ILogger logger, string name);

    [LoggerMessage(4207, LogLevel.Information, "Index {Name} opened anew after an error")]
    public static partial void IndexReopened(ILogger logger, string name);

    [LoggerMessage(4208, LogLevel.Warning, "{Directory} could not be removed; the next start removes it: {Reason}")]
    public static partial void FolderLeftBehind(ILogger logger, string directory, string reason);
}
