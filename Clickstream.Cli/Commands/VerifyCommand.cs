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

    readonly Option<bool> _openSearch = new("--opensearch")
    {
        Description = "Compare the indices in OpenSearch with the tables, too, document by document; wait until the indexer has caught up",
    };

    public VerifyCommand()
        : base("verify", "Recompute the sessions from the events in SQL and compare every column")
    {
        Add(_openSearch);
        Add(_json);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = await PipelineSettings.LoadAsync(context);
        await using var clients = new Clients(settings);
        // What is not set says nothing; the database knows.
        TimeSpan? configured = settings.Configuration["Sessions:Timeout"] is { Length: > 0 } ? settings.Read(SessionsOptions.Read).Timeout : null;

        var start = Stopwatch.GetTimestamp();
        var verification = await context.Terminal.StepAsync("Verifying the sessions", () =>
            SessionVerifier.VerifyAsync(clients.Database, clients.PostgresOptions.Schema, configured, context.Stop));
        var indices = parsed.GetValue(_openSearch)
            ? await context.Terminal.StepAsync("Comparing the indices", () =>
                IndexVerifier.VerifyAsync(clients.Database, clients.OpenSearch, clients.Indices, context.Stop))
            : null;
        if (parsed.GetValue(_json))
        {
            var json = VerifyJson.From(verification, indices, Stopwatch.GetElapsedTime(start));
            await context.Terminal.OutputWriter.WriteLineAsync(Json.Line(json, CliJson.Default.VerifyJson));
        }
        else
        {
            Report(context.Terminal.OutputWriter, verification);
            if (indices is not null)
                Report(context.Terminal.OutputWriter, indices);
        }
        return verification.Verified && indices is not { Verified: false } ? ExitCode.Success : ExitCode.CheckFailed;
    }

    /// <summary>Says what was found in the indices.</summary>
    internal static void Report(TextWriter output, IndexVerification indices)
    {
        foreach (var index in (IndexComparison[])[indices.Events, indices.Sessions])
        {
            if (index.Differing == 0)
            {
                output.WriteLine(Invariant($"Verified: the {index.Documents:N0} documents of {index.Index} are the rows of the table, in every field."));
                continue;
            }
            output.WriteLine(Invariant($"NOT verified: {index.Index} has {index.Documents:N0} documents, the table {index.Rows:N0} rows, and {index.Differing:N0} differ:"));
            foreach (var difference in index.FirstDifferences)
                output.WriteLine($"  {difference}");
            if (index.Differing > index.FirstDifferences.Count)
                output.WriteLine(Invariant($"  and {index.Differing - index.FirstDifferences.Count:N0} more"));
        }
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
