using Clickstream.AppHost.Settings;
using Clickstream.Cli;
using Clickstream.Core.Errors;
using Microsoft.Extensions.Hosting;

// The whole AppHost where the package sources carry no Aspire, see Aspire.props: it says so, and runs the embedded pipeline.
try
{
    // The same sources of settings as with Aspire. Nothing watches the files: they are read once.
    var host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
    {
        Args = [.. args, "--hostBuilder:reloadConfigOnChange=false"],
        ContentRootPath = EmbeddedUp.AppHostDirectory,
    });
    var arguments = EmbeddedUp.Arguments(AppHostSettings.Read(host.Configuration), EmbeddedUp.AppHostDirectory);
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
