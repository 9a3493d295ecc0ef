using System.CommandLine;
using Clickstream.Cli.Benchmark;
using Clickstream.Cli.Output;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Commands;

/// <summary><c>benchmark index</c>: how fast the indexer is, beside how fast OpenSearch alone is.</summary>
sealed class BenchmarkIndexCommand : CliCommand
{
    const long DefaultEvents = 1_000_000;

    readonly Option<long> _events = BenchmarkOptions.Events(DefaultEvents);
    readonly Option<long> _seed = BenchmarkOptions.Seed();
    readonly Option<int> _partitions = BenchmarkOptions.Partitions();
    readonly Option<int> _runs = BenchmarkOptions.Runs(3);
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of tables" };

    public BenchmarkIndexCommand()
        : base("index", """
            Measure the indexer and its floor, in turn.
            The events are produced once. Then the indexer fills new indices with them, from the first record fetched to the last answer,
            and a bare loop sends the same documents, encoded beforehand, in the indexer's largest requests on as many connections. OpenSearch
            is the one that ConnectionStrings__opensearch names, or the embedded node. Each run is verified by the number of documents.
            """)
    {
        Add(_events);
        Add(_seed);
        Add(_partitions);
        Add(_runs);
        Add(_json);
    }

    protected override Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context) => Workbench.RunAsync(context, async bench =>
    {
        using var input = await BenchmarkInput.GenerateAsync(context, parsed.GetValue(_events), parsed.GetValue(_seed));
        var result = await new IndexRun(bench, input, parsed.GetValue(_runs)).RunAsync(parsed.GetValue(_partitions));
        var line = Json.Line(result, BenchmarkJsonContext.Default.IndexBenchmarkJson);
        await BenchmarkReport.PublishAsync(context, line, parsed.GetValue(_json), console => BenchmarkReport.Write(console, result));
        return result.Verified ? ExitCode.Success : ExitCode.CheckFailed;
    }, hasOpenSearch: true);
}
