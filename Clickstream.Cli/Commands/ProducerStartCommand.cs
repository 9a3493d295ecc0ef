using System.CommandLine;
using System.Globalization;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Commands;

/// <summary><c>producer start</c>: replays a file into Kafka.</summary>
sealed class ProducerStartCommand : CliCommand
{
    readonly Option<string> _file = new("--file", "-f")
    {
        Description = "RetailRocket-shaped CSV file, plain or gzip",
        HelpName = "F",
        Required = true,
    };
    readonly Option<long?> _limit = new("--limit") { Description = "Send at most N rows", HelpName = "N" };
    readonly Option<long?> _offset = new("--offset") { Description = "Pass over the first N rows", HelpName = "N" };
    readonly Option<string?> _realtime = new("--realtime")
    {
        Description = "In event time, or N times faster, such as 60x (default: as fast as possible)",
        HelpName = "Nx",
        Arity = ArgumentArity.ZeroOrOne,
    };
    readonly Option<bool> _strict = new("--strict") { Description = "Stop at the first bad row" };

    public ProducerStartCommand()
        : base("start", "Replay a CSV file into Kafka")
    {
        Add(_file);
        Add(_limit);
        Add(_offset);
        Add(_realtime);
        Add(_strict);
        _limit.Validators.Add(NumberRange.Between(0, long.MaxValue));
        _offset.Validators.Add(NumberRange.Between(0, long.MaxValue));
        _realtime.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && Speed(token.Value) is null)
                result.AddError($"--realtime is {token.Value}; allowed: a factor such as 5 or 5x, up to 1000000");
        });
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = await PipelineSettings.LoadAsync(context);
        settings.RequireKafka();
        var realtime = parsed.GetResult(_realtime) is { Implicit: false } ? Speed(parsed.GetValue(_realtime) ?? "1") : 0;
        var environment = new Dictionary<string, string?>(settings.ToEnvironment())
        {
            ["Producer__File"] = Path.GetFullPath(parsed.GetRequiredValue(_file)),
            ["Producer__Limit"] = parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture),
            ["Producer__Offset"] = parsed.GetValue(_offset)?.ToString(CultureInfo.InvariantCulture),
            ["Producer__Speed"] = realtime?.ToString("R", CultureInfo.InvariantCulture),
            ["Producer__Strict"] = parsed.GetValue(_strict) ? "true" : null,
        };
        // It shows its progress and ends with a summary; what its log adds is for trouble.
        if (settings.Configuration["Logging:LogLevel:Default"] is null)
            environment["Logging__LogLevel__Default"] = "Warning";
        await using var services = new RunningServices(context);
        var producer = services.StartWorker(new(Programs.Producer, [], environment, LogFile: null, IsAttached: true));
        try
        {
            return (ExitCode)await producer.WaitForExitAsync(context.Stop);
        }
        catch (OperationCanceledException)
        {
            // It sends what it has read, says how far it came, and has an exit code for that.
            await producer.StopAsync(context.Hurry);
            return (ExitCode)await producer.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>The factor that a text such as <c>5x</c> says, or null.</summary>
    internal static double? Speed(string text) =>
        double.TryParse(text.TrimEnd('x', 'X'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor)
            && factor is > 0 and <= 1_000_000
            ? factor
            : null;
}
