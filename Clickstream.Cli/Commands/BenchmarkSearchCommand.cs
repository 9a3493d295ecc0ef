using System.CommandLine;
using Clickstream.Cli.Benchmark;
using Clickstream.Cli.Output;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Commands;

/// <summary><c>benchmark search</c>: how long searches and charts take over what is indexed.</summary>
sealed class BenchmarkSearchCommand : CliCommand
{
    readonly Option<int> _repeats = new("--repeats")
    {
        Description = "How often each search is sent",
        HelpName = "N",
        DefaultValueFactory = static _ => 11,
    };
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of a table" };

    public BenchmarkSearchCommand()
        : base("search", """
            Measure how long searches take.
            Sends what `clickstream search` sends, and what OpenSearch Dashboards sends for each saved visualization, over all documents that
            the indexer has indexed, one after the other, and changes nothing. OpenSearch is the one that ConnectionStrings__opensearch names, or the embedded node.
            """)
    {
        Add(_repeats);
        Add(_json);
        _repeats.Validators.Add(NumberRange.Between(1, 10_000));
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = await PipelineSettings.LoadAsync(context);
        settings.RequireOpenSearch();
        await using var clients = new Clients(settings);
        var result = await context.Terminal.StepAsync("Searching", () =>
            new SearchLatency(clients, parsed.GetValue(_repeats)).RunAsync(settings.OpenSearchConnection!.SourceName, context.Stop));
        if (parsed.GetValue(_json))
            await context.Terminal.OutputWriter.WriteLineAsync(Json.Line(result, BenchmarkJsonContext.Default.SearchBenchmarkJson));
        else
            BenchmarkReport.Write(context.Terminal.Output, result);
        return ExitCode.Success;
    }
}
