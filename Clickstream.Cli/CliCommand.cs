using System.CommandLine;
using Clickstream.Core.Errors;

namespace Clickstream.Cli;

/// <summary>A command that does something.</summary>
abstract class CliCommand : Command
{
    protected CliCommand(string name, string description)
        : base(name, description) => SetAction((parsed, _) => ClickstreamCommand.RunAsync(parsed, context => RunAsync(parsed, context)));

    /// <summary>Does it.</summary>
    protected abstract Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context);
}
