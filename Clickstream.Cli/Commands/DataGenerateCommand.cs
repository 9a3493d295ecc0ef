using System.CommandLine;
using System.Diagnostics;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;
using static System.FormattableString;

namespace Clickstream.Cli.Commands;

/// <summary><c>data generate</c>: a file of the shape of RetailRocket's, which may not be redistributed itself.</summary>
sealed class DataGenerateCommand : CliCommand
{
    const string StandardOutput = "-";

    static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(5);

    readonly Option<long> _events = new("--events", "-n") { Description = "How many rows", HelpName = "N", Required = true };
    readonly Option<string> _out = new("--out", "-o")
    {
        Description = "The file; compressed if its name ends with .gz; - for standard output",
        HelpName = "F",
        Required = true,
    };
    readonly Option<long> _seed = new("--seed")
    {
        Description = "Another number, other events; the same number, the same events (default: 1)",
        HelpName = "S",
        DefaultValueFactory = static _ => 1,
    };
    readonly Option<bool> _force = new("--force") { Description = "Overwrite the file" };

    public DataGenerateCommand()
        : base("generate", "Make a RetailRocket-shaped CSV file of any size")
    {
        Add(_events);
        Add(_out);
        Add(_seed);
        Add(_force);
        _events.Validators.Add(NumberRange.Between(1, RetailGenerator.MaxCount));
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var (events, seed) = (parsed.GetValue(_events), parsed.GetValue(_seed));
        var path = parsed.GetRequiredValue(_out);
        if (path == StandardOutput)
        {
            await WriteToStandardOutputAsync(events, seed, context.Stop);
            return ExitCode.Success;
        }
        if (Directory.Exists(path))
            throw new ClickstreamException(ExitCode.BadInput, $"{path} is a folder; name a file");
        if (File.Exists(path) && !parsed.GetValue(_force))
            throw new ClickstreamException(ExitCode.BadInput, $"{path} exists; overwrite it with --force, or name another");

        var start = Stopwatch.GetTimestamp();
        try
        {
            await WithProgressAsync(context, events, onProgress => EventFile.WriteAsync(path, events, seed, onProgress, context.Stop));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClickstreamException(ExitCode.BadInput, $"{path} cannot be written: {e.Message}", e);
        }
        var megabytes = new FileInfo(path).Length / 1e6;
        context.Terminal.Say(Invariant(
            $"Wrote {events:N0} rows ({megabytes:N1} MB) to {path} in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
        return ExitCode.Success;
    }

    static async Task WriteToStandardOutputAsync(long events, long seed, CancellationToken cancellationToken)
    {
        // The console's own stream says nothing when its reader is gone, and would go on to the last row.
        await using var output = OperatingSystem.IsWindows()
            ? Console.OpenStandardOutput()
            : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        try
        {
            await EventFile.WriteAsync(output, events, seed, static _ => { }, cancellationToken);
        }
        catch (IOException)
        {
            // Whoever read it has enough, such as head.
        }
    }

    static Task WithProgressAsync(CommandContext context, long events, Func<Action<long>, Task> write)
    {
        if (context.Terminal.IsInteractive)
        {
            return context.Terminal.Error.Progress().AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    var task = progress.AddTask("Writing rows", maxValue: events);
                    await Task.Run(() => write(rows => task.Value = rows));
                });
        }
        var lastReport = Stopwatch.GetTimestamp();
        return write(rows =>
        {
            if (Stopwatch.GetElapsedTime(lastReport) < s_reportInterval)
                return;
            lastReport = Stopwatch.GetTimestamp();
            context.Terminal.Say(Invariant($"{rows:N0} of {events:N0} rows written"));
        });
    }
}
