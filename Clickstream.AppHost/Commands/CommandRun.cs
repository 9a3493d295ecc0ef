using System.ComponentModel;
using System.Diagnostics;
using Clickstream.Core.Errors;

namespace Clickstream.AppHost.Commands;

/// <summary>
/// Runs the <c>clickstream</c> command as a process, with connection settings in its environment: a dashboard's command does what the
/// command line does, and neither is in the other's way.
/// </summary>
static class CommandRun
{
    const string Program = "Clickstream.Cli";

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">No secrets: everybody can read them.</param>
    /// <param name="environment">Where its servers are.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="ClickstreamException">It cannot be started.</exception>
    public static async Task<CommandResult> RunAsync(
        IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Find(), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        // It shall know of these servers only, and of no workers that another pipeline may have on this machine.
        start.Environment["CLICKSTREAM_ENV_FILE"] = "";
        start.Environment.Remove("Clickstream__TerraformOutputs");
        start.Environment["CLICKSTREAM_DATA_DIR"] = Path.Combine(Path.GetTempPath(), $"clickstream-apphost-{Environment.ProcessId}");
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new ClickstreamException(ExitCode.NotInstalled, $"dotnet cannot be started: {e.Message}", e);
        }
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, [.. Lines(await output), .. Lines(await error)]);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The command beside this program, as built: artifacts/bin/Clickstream.Cli/debug.</summary>
    static string Find()
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var built = Path.GetFullPath(Path.Combine(here, "..", "..", Program, Path.GetFileName(here), Program + ".dll"));
        return File.Exists(built) ? built : throw new ClickstreamException(ExitCode.NotInstalled,
            $"the clickstream command was not found at {built}; build it with: dotnet build Clickstream.sln");
    }

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
