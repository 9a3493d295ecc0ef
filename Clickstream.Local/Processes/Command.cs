using System.ComponentModel;
using System.Diagnostics;

namespace Clickstream.Local.Processes;

/// <summary>What a helper program left behind.</summary>
sealed record CommandResult(int ExitCode, string Output, string Error)
{
    static readonly string[] s_marks = ["error:", "fatal:"];

    /// <summary>What went wrong, for a message of one line: the line that says it is an error, else the last one.</summary>
    public string Reason
    {
        get
        {
            var lines = Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return lines.FirstOrDefault(static line => s_marks.Any(mark => line.Contains(mark, StringComparison.OrdinalIgnoreCase)))
                ?? lines.LastOrDefault()
                ?? $"exit code {ExitCode}";
        }
    }
}

/// <summary>Runs helper programs to their end.</summary>
static class Command
{
    /// <summary>The exit code that shells use for a program that is not there; used here for the same.</summary>
    public const int NotFound = 127;

    static readonly TimeSpan s_pipeLimit = TimeSpan.FromSeconds(2);

    /// <remarks>When cancelled, the program is killed with all that it has started.</remarks>
    public static async Task<CommandResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // A user that we run programs as may not be allowed to stay where we are.
        if (Posix.IsAvailable)
            start.WorkingDirectory = "/";

        // PGDATA, PGOPTIONS and the like are about the user's own servers, and messages are read by us.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new CommandResult(NotFound, "", $"{program}: {e.Message}");
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        // On Windows, a server that the program has started in the background holds the pipes open, so their end is not insisted on.
        var pipes = Task.WhenAll(output, error);
        return await Task.WhenAny(pipes, Task.Delay(s_pipeLimit, CancellationToken.None)) == pipes
            ? new CommandResult(process.ExitCode, await output, await error)
            : new CommandResult(process.ExitCode, "", "");
    }
}
