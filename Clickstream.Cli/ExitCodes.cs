using System.CommandLine;
using System.CommandLine.Help;
using Clickstream.Core.Errors;

namespace Clickstream.Cli;

/// <summary>What the exit codes mean, for the help text.</summary>
static class ExitCodes
{
    static readonly (ExitCode Code, string Meaning)[] s_meanings =
    [
        (ExitCode.Success, "All went well"),
        (ExitCode.CheckFailed, "A check failed: sessions are not as the events say"),
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
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is HelpAction action)
            {
                action.Builder.CustomizeLayout(context =>
                    [.. HelpBuilder.Default.GetLayout(), .. context.Command is RootCommand ? new Func<HelpContext, bool>[] { Write } : []]);
            }
        }
    }

    static bool Write(HelpContext context)
    {
        context.Output.WriteLine("Exit codes:");
        context.HelpBuilder.WriteColumns([.. s_meanings.Select(static row => new TwoColumnHelpRow(((int)row.Code).ToString(System.Globalization.CultureInfo.InvariantCulture), row.Meaning))], context);
        return true;
    }
}
