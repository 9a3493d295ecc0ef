using System.CommandLine;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Commands;

/// <summary><c>env</c>: the connection settings, for a shell to read.</summary>
sealed class EnvCommand : CliCommand
{
    const string Posix = "sh";
    const string PowerShell = "powershell";
    const string Cmd = "cmd";

    readonly Option<string> _shell = new("--shell")
    {
        Description = $"Whose syntax: {Posix}, {PowerShell} or {Cmd}",
        HelpName = "SHELL",
        DefaultValueFactory = static _ => OperatingSystem.IsWindows() ? Cmd : Posix,
    };

    public EnvCommand()
        : base("env", "Print the connection settings as export lines: eval \"$(clickstream env)\"")
    {
        _shell.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: not (Posix or PowerShell or Cmd) } token])
                result.AddError($"--shell is {token.Value}; allowed: {Posix}, {PowerShell}, {Cmd}");
        });
        Add(_shell);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = await PipelineSettings.LoadAsync(context);
        if (!settings.ConnectionVariables().Any())
            settings.RequireKafka();
        foreach (var (name, value) in settings.ConnectionVariables())
            await context.Terminal.OutputWriter.WriteLineAsync(Line(parsed.GetValue(_shell)!, name, value));
        return ExitCode.Success;
    }

    /// <summary>An assignment in the syntax of a shell.</summary>
    internal static string Line(string shell, string name, string value) => shell switch
    {
        PowerShell => $"$env:{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'",
        Cmd => $"set \"{name}={value}\"",
        _ => $"export {name}='{value.Replace("'", "'\\''", StringComparison.Ordinal)}'",
    };
}
