using Clickstream.AppHost.Settings;
using Clickstream.Cli;
using Clickstream.Core.Errors;
using Microsoft.Extensions.Configuration;

// The whole AppHost where the package sources carry no Aspire, see Aspire.props: it says so, and runs the embedded pipeline.
try
{
    var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
    var arguments = EmbeddedUp.Arguments(AppHostSettings.Read(configuration));
    Console.Error.WriteLine(EmbeddedUp.Notice);
    // The launch profile's address is the dashboard's; each service has one of its own.
    Environment.SetEnvironmentVariable("ASPNETCORE_URLS", null);
    return await ClickstreamCommand.RunAsync(arguments);
}
catch (ClickstreamException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return (int)e.ExitCode;
}
