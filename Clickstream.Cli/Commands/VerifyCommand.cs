using System.CommandLine;
using System.Diagnostics;
using Clickstream.Cli.Output;
using Clickstream.Cli.Settings;
using Clickstream.Cli.Verification;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using static System.FormattableString;

namespace Clickstream.Cli.Commands;

/// <summary><c>verify</c>: whether the sessions are what the events say.</summary>
sealed class VerifyCommand : CliCommand
{
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object" };

    public VerifyCommand()
        : base("verify", "Recompute the sessions from the events in SQL and compare every column") => Add(_json);

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = PipelineSettings.Load(context.Folder);
        await using var clients = new Clients(settings);
        // What is not set says nothing; the database knows.
        TimeSpan? configured = settings.Configuration["Sessions:Timeout"] is { Length: > 0 } ? settings.Read(SessionsOptions.Read).Timeout : null;

        var start = Stopwatch.GetTimestamp();
        var verification = await context.Terminal.StepAsync("Verifying the sessions", () =>
            SessionVerifier.VerifyAsync(clients.Database, clients.PostgresOptions.Schema, configured, context.Stop));
        if (parsed.GetValue(_json))
        {
            var json = VerifyJson.From(verification, Stopwatch.GetElapsedTime(start));
            await context.Terminal.OutputWriter.WriteLineAsync(Json.Line(json, CliJson.Default.VerifyJson));
        }
        else
        {
            Report(context.Terminal.OutputWriter, verification);
        }
        return verification.Verified ? ExitCode.Success : ExitCode.CheckFailed;
    }

    /// <summary>Says what was found.</summary>
    internal static void Report(TextWriter output, SessionVerification verification)
    {
        if (verification.Verified)
        {
            output.WriteLine(Invariant(
                $"Verified: all {verification.Sessions:N0} sessions are what {verification.Events:N0} events say, in every column."));
            return;
        }
        output.WriteLine(Invariant(
            $"NOT verified: {verification.Differing:N0} of {verification.Sessions:N0} sessions differ from what {verification.Events:N0} events say:"));
        foreach (var difference in verification.FirstDifferences)
        {
            output.WriteLine(Invariant($"  visitor {difference.VisitorId}, session of {difference.SessionStart}: ") + difference.Kind switch
            {
                DifferenceKind.Missing => "not stored",
                DifferenceKind.Unexpected => "stored, but no events make it up",
                _ => string.Join("; ", difference.Columns.Select(static column =>
                    $"{column.Column} is {column.Actual ?? "NULL"}, expected {column.Expected}")),
            });
        }
        if (verification.Differing > verification.FirstDifferences.Count)
            output.WriteLine(Invariant($"  and {verification.Differing - verification.FirstDifferences.Count:N0} more"));
    }
}
