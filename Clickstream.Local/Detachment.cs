using Clickstream.Local.Processes;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local;

/// <summary>Makes this process independent of the terminal it was started from.</summary>
static class Detachment
{
    public static void Begin(DataFolder folder, ILoggerFactory loggers)
    {
        if (Posix.IsAvailable)
            Posix.TryLeaveSession();
        loggers.AddProvider(new MessageFile(Path.Combine(folder.LogDirectory, "local.log")));
    }
}
