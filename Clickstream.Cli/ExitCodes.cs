using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Clickstream.Core.Errors;
using static System.FormattableString;

namespace Clickstream.Cli;

/// <summary>What the exit codes mean, below the help text of the whole command.</summary>
static class ExitCodes
{
    static readonly (ExitCode Code, string Meaning)[] s_meanings =
    [
        (ExitCode.Success, "All went well"),
        (ExitCode.CheckFailed, "A check failed: sessions are not what the events say, or a service is not as configured"),
        (ExitCode.Usage, "Wrong arguments or settings"),
        (ExitCode.BadInput, "A file is missing, unreadable, unwritable or not of the expected shape"),
        (ExitCode.NotInstalled, "A program that is needed is not installed, such as PostgreSQL"),
        (ExitCode.DataFolder, "The data folder is not writable, in use by another process, or from a newer version"),
        (ExitCode.PortInUse, "A port that was asked for is in use"),
        (ExitCode.Unavailable, "A service is not up or cannot be reached"),
        (ExitCode.Conflict, "What is stored contradicts what was asked for, such as another session timeout"),
        (ExitCode.Internal, "A fault of the program itself"),
        (ExitCode.Interrupted, "Ended by Ctrl-C or a stop signal before the work was done"),
    ];

    public static void AddToHelp(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction action)
                option.Action = new Help(action);
        }
    }

    sealed class Help(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var result = inner.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand)
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Exit codes:");
                foreach (var (code, meaning) in s_meanings)
                    output.WriteLine(Invariant($"  {(int)code,-5}{meaning}"));
                output.WriteLine();
            }
            return result;
        }
    }
}
