using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Clickstream.Cli;

/// <summary>Wrong arguments, in one line that says where to look.</summary>
static class UsageError
{
    /// <summary>What is wrong with the arguments.</summary>
    /// <returns>Null, where nothing is.</returns>
    public static string? Find(ParseResult parsed)
    {
        // Who asks for help has made no mistake.
        if (parsed.Errors.Count == 0 || parsed.Action is not ParseErrorAction)
            return null;
        // An argument that is not known makes the parser complain about its consequences too; the first complaint is the cause.
        var message = parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.');
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var token, ..])
        {
            var kind = token.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            message = $"'{token}' is not {(kind is "option" or "argument" ? "an" : "a")} {kind} of {NameOf(parsed)}";
        }
        else if (command.Subcommands.Count > 0 && !parsed.Errors.Any(static error => error.SymbolResult is OptionResult))
        {
            message = $"{NameOf(parsed)} needs a command: {string.Join(" or ", command.Subcommands.Select(static sub => sub.Name))}";
        }
        return $"{message}; see: {NameOf(parsed)} --help";
    }

    static string NameOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
            names.Push(result.Command is RootCommand ? "clickstream" : result.Command.Name);
        return string.Join(' ', names);
    }
}
