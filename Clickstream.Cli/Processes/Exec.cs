using System.Collections;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Processes;

/// <summary>Puts another program in this process's place: same pid, same terminal, and no parent that would have to pass signals on.</summary>
[UnsupportedOSPlatform("windows")]
static partial class Exec
{
    const int SigPipe = 13;
    const nint DefaultAction = 0;

    /// <summary>Does not return.</summary>
    /// <param name="program">Full path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="changes">Environment variables to set or, where the value is null, to take out.</param>
    /// <exception cref="ClickstreamException">The program cannot be run.</exception>
    public static void Replace(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> changes)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(static entry => (string)entry.Key, static entry => (string?)entry.Value);
        foreach (var (name, value) in changes)
            environment[name] = value;

        // The runtime ignores SIGPIPE, and what is ignored stays ignored in the new program; handlers do not outlive it.
        signal(SigPipe, DefaultAction);
        string?[] argv = [program, .. arguments, null];
        var variables = environment.Where(static variable => variable.Value is not null).Select(static variable => $"{variable.Key}={variable.Value}");
        string?[] envp = [.. variables, null];
        DeleteDiagnosticSocket();
        _ = execve(program, argv, envp);
        throw new ClickstreamException(ExitCode.NotInstalled,
            $"{program} cannot be run: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    /// <summary>What this runtime listens on for debuggers. It would delete the file at its end, which never comes.</summary>
    static void DeleteDiagnosticSocket()
    {
        try
        {
            foreach (var socket in Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{Environment.ProcessId}-*-socket"))
                File.Delete(socket);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An empty file too many in the temp folder.
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execve(string path, string?[] argv, string?[] envp);

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);
}
