using Clickstream.Cli;
using Clickstream.Cli.Processes;

// Before anything else is loaded: the services pass through here on their way, see NewSession.
if (!OperatingSystem.IsWindows() && args is [NewSession.Argument, ..])
    return NewSession.Run(args);

return await ClickstreamCommand.RunAsync(args);
