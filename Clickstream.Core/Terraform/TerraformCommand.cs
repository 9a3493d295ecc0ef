using System.ComponentModel;
using System.Diagnostics;
using Clickstream.Core.Errors;

namespace Clickstream.Core.Terraform;

/// <summary>Runs <c>terraform output -json</c>. What it prints holds every secret in clear text: it is parsed, and never repeated.</summary>
static class TerraformCommand
{
    const string Program = "terraform";

    // A remote backend answers over the network.
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>The outputs of the configuration in a folder, as JSON; <c>{}</c> where nothing is applied.</summary>
    /// <exception cref="ClickstreamException">There are none, with what to do about it.</exception>
    public static async Task<string> OutputAsync(string directory, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Start(directory) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new ClickstreamException(ExitCode.NotInstalled,
                $"{Program} is not installed, or not on PATH; install it, or save its outputs elsewhere with `terraform output -json > FILE` and name that file", e);
        }
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            // Warnings come here, too, with exit code 0.
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await Task.WhenAll(output, error);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? await output : throw Failed(directory, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new ClickstreamException(ExitCode.Unavailable,
                $"`terraform output` in {directory} did not end within {s_limit.TotalSeconds:0} s; is its backend reachable?");
        }
    }

    /// <summary>Whether <c>terraform init</c> was run in a folder.</summary>
    public static bool IsInitialised(string directory) =>
        Directory.Exists(Path.Combine(directory, Environment.GetEnvironmentVariable("TF_DATA_DIR") is { Length: > 0 } data ? data : ".terraform"));

    static ProcessStartInfo Start(string directory)
    {
        var start = new ProcessStartInfo(Program, [$"-chdir={directory}", "output", "-json", "-no-color"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Arguments that the user adds to terraform's own may change what it prints.
        start.Environment.Remove("TF_CLI_ARGS");
        start.Environment.Remove("TF_CLI_ARGS_output");
        start.Environment["TF_IN_AUTOMATION"] = "1";
        start.Environment["TF_INPUT"] = "0";
        return start;
    }

    static ClickstreamException Failed(string directory, string error)
    {
        const string Mark = "Error:";
        // Below that line terraform quotes from files.
        var reason = error.Split('\n', StringSplitOptions.TrimEntries).Select(static line => line.TrimStart('│', ' '))
            .FirstOrDefault(static line => line.StartsWith(Mark, StringComparison.Ordinal))?[Mark.Length..].Trim();
        return error.Contains("terraform init", StringComparison.Ordinal)
            ? new(ExitCode.BadInput, $"terraform is not initialised in {directory}; run: terraform -chdir={directory} init")
            : new(ExitCode.BadInput, $"`terraform output` in {directory} failed: {reason ?? "it gave no reason"}");
    }
}
