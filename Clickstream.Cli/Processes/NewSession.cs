using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Clickstream.Core.Errors;
using Clickstream.Local.Processes;

namespace Clickstream.Cli.Processes;

/// <summary>
/// The way in which services start: the command starts itself with <see cref="Argument"/>, leaves the terminal's session, redirects
/// its output, and becomes the service. So Ctrl-C and the end of a terminal reach the command alone, which then stops the services
/// in their order, and it works wherever there is a C library, with or without a setsid program.
/// </summary>
[UnsupportedOSPlatform("windows")]
static partial class NewSession
{
    public const string Argument = "--new-session";

    /// <summary>In place of a log file: output goes where the command's goes.</summary>
    const string NoLog = "-";

    /// <summary>The arguments that <see cref="Run"/> understands.</summary>
    public static IEnumerable<string> Arguments(string program, IEnumerable<string> arguments, string? logFile, bool keepInput) =>
        [Argument, logFile ?? NoLog, keepInput ? "input" : "no-input", program, .. arguments];

    /// <summary>Becomes the program that the arguments name.</summary>
    /// <returns>An exit code, where that was not possible.</returns>
    public static int Run(string[] args)
    {
        try
        {
            if (args is not [Argument, var log, var input, var program, .. var arguments])
                throw new ClickstreamException(ExitCode.Internal, $"{Argument} is for the use of this program itself");
            Posix.TryLeaveSession();
            if (log != NoLog)
            {
                using var file = File.OpenHandle(log, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                Redirect(file, 1);
                Redirect(file, 2);
            }
            if (input == "no-input")
            {
                using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                Redirect(nothing, 0);
            }
            Exec.Replace(program, arguments, new Dictionary<string, string?>());
            return (int)ExitCode.Internal;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return (int)((e as ClickstreamException)?.ExitCode ?? ExitCode.Internal);
        }
    }

    static void Redirect(SafeHandle file, int descriptor)
    {
        if (dup2((int)file.DangerousGetHandle(), descriptor) < 0)
            throw new IOException($"output cannot be redirected (errno {Marshal.GetLastPInvokeError()})");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int from, int to);
}
