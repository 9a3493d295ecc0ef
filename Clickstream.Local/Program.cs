using Clickstream.Core.Errors;
using Clickstream.Local;

try
{
    var options = LocalOptions.Parse(args, Environment.GetEnvironmentVariable, Environment.CurrentDirectory);
    if (options.ShowHelp)
    {
        Console.Out.Write(LocalOptions.Usage);
        return (int)ExitCode.Success;
    }

    using var stop = new StopSignal(options);
    using var loggers = LocalLogging.Create(options);
    await LocalHost.RunAsync(options, loggers, Console.Out, stop.Token);
    return (int)ExitCode.Success;
}
catch (Exception e)
{
    return (int)UserError.Report(e, Console.Error);
}
