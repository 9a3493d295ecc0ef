using System.CommandLine;
using Clickstream.Cli.Commands;
using Clickstream.Cli.Output;
using Clickstream.Core.Errors;
using Clickstream.Local;

namespace Clickstream.Cli;

/// <summary>The <c>clickstream</c> command: its tree of commands, and what becomes of their errors.</summary>
static class ClickstreamCommand
{
    static readonly Option<string?> s_dataDirectory = new("--data-dir")
    {
        Description = "Folder that holds the embedded infrastructure "
            + $"(default: {LocalOptions.DataDirectoryVariable}, else {LocalOptions.DefaultDataDirectory})",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>A value of <see cref="ExitCode"/>, or the exit code of the program that the command ran.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Parse(args);
        if (UsageError.Find(parsed) is { } error)
        {
            Console.Error.WriteLine($"error: {error}");
            return (int)ExitCode.Usage;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>Understands the arguments, or not.</summary>
    internal static ParseResult Parse(string[] args) => CreateRoot().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Runs a command's work, from its signals to its exit code.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, Func<CommandContext, Task<ExitCode>> command)
    {
        var terminal = new Terminal(Console.Out, Console.Error);
        using var signals = new StopSignals(onFirst: () =>
        {
            // The terminal has echoed ^C in the line that is being written.
            if (terminal.IsInteractive)
                Console.Error.WriteLine();
        });
        try
        {
            var context = new CommandContext(new DataDirectory(DataDirectoryOf(parsed)), terminal, signals.Stop, signals.Hurry);
            return (int)await command(context);
        }
        catch (Exception e)
        {
            var (code, message) = Failure.Describe(e, signals.Stop.IsCancellationRequested);
            if (message is not null)
                terminal.Say($"error: {message}");
            return (int)code;
        }
    }

    static RootCommand CreateRoot()
    {
        var root = new RootCommand("Clickstream events from a file through Kafka into PostgreSQL, exactly once.")
        {
            new DemoCommand(),
            new UpCommand(),
            new DownCommand(),
            new StatusCommand(),
            new Command("producer", "Send events to Kafka") { new ProducerStartCommand() },
            new Command("data", "Make and delete data") { new DataGenerateCommand(), new DataResetCommand() },
            new VerifyCommand(),
            new SearchCommand(),
            new Command("opensearch", "Set up OpenSearch, and see how far it is") { new OpenSearchInitCommand(), new OpenSearchStatusCommand() },
            new Command("benchmark", "Measure the pipeline, on a topic and a schema of its own")
            {
                new BenchmarkRunCommand(), new BenchmarkSweepCommand(), new BenchmarkRampCommand(), new BenchmarkIndexCommand(), new BenchmarkSearchCommand(), new BenchmarkShowCommand(),
            },
            new Command("config", "Make, show and check the settings") { new ConfigGenerateCommand(), new ConfigShowCommand(), new ConfigCheckCommand() },
            new EnvCommand(),
            new PsqlCommand(),
        };
        root.HelpName = "clickstream";
        root.Add(s_dataDirectory);
        ExitCodes.AddToHelp(root);
        // Asked for nothing, it says what can be asked for.
        root.SetAction(static parsed => parsed.RootCommandResult.Command.Parse(["--help"]).Invoke());
        return root;
    }

    static string DataDirectoryOf(ParseResult parsed)
    {
        var directory = parsed.GetValue(s_dataDirectory) ?? Environment.GetEnvironmentVariable(LocalOptions.DataDirectoryVariable);
        if (parsed.GetResult(s_dataDirectory) is not null && string.IsNullOrWhiteSpace(directory))
            throw new ClickstreamException(ExitCode.Usage, "--data-dir is empty; name a folder");
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(string.IsNullOrEmpty(directory) ? LocalOptions.DefaultDataDirectory : directory));
    }
}
