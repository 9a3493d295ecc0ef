using System.CommandLine;
using Clickstream.Cli.Benchmark;
using Clickstream.Cli.Output;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Commands;

/// <summary><c>benchmark run</c>: how fast the pipeline is, beside how fast PostgreSQL alone is.</summary>
sealed class BenchmarkRunCommand : CliCommand
{
    readonly Option<long> _events = BenchmarkOptions.Events(BenchmarkOptions.DataSetEvents);
    readonly Option<long> _seed = BenchmarkOptions.Seed();
    readonly Option<string?> _file = new("--file", "-f") { Description = "A CSV file of your own, plain or gzip, instead of generated events", HelpName = "F" };
    readonly Option<int> _partitions = BenchmarkOptions.Partitions();
    readonly Option<int> _consumers = BenchmarkOptions.Consumers();
    readonly Option<int> _runs = BenchmarkOptions.Runs(3);
    readonly Option<bool> _sessionFeed = new("--session-feed")
    {
        Description = "The consumers also write down which sessions change, as they do when OpenSearch is on",
    };
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of tables" };

    public BenchmarkRunCommand()
        : base("run", """
            Measure the pipeline and the store floor, in turn.
            A run produces the whole file, and only then starts the consumers: the two rates are measured apart. Stored/s is end to end,
            from the first record fetched to the last commit. Start is from the consumers' start until they are ready, join from there to
            the first record; neither is part of it. The store floor is the same events and sessions, encoded beforehand, sent by one
            connection into tables of the same kind: what PostgreSQL alone can do. The ratio of the two tells more than either on machines
            whose speed changes. Each run is verified as by `verify`; one that is wrong ends the benchmark with exit code 1.
            """)
    {
        Add(_events);
        Add(_seed);
        Add(_file);
        Add(_partitions);
        Add(_consumers);
        Add(_runs);
        Add(_sessionFeed);
        Add(_json);
        Validators.Add(result =>
        {
            if (result.GetResult(_file) is { Implicit: false } && (result.GetResult(_events) is { Implicit: false } || result.GetResult(_seed) is { Implicit: false }))
                result.AddError("--file names the events; --events and --seed are for generated ones");
        });
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var file = parsed.GetValue(_file);
        // Before anything is started: it may be wrong.
        using var given = file is null ? null : await BenchmarkInput.OpenAsync(context, file);
        return await Workbench.RunAsync(context, async bench =>
        {
            using var input = given ?? await BenchmarkInput.GenerateAsync(context, parsed.GetValue(_events), parsed.GetValue(_seed));
            var run = new BenchmarkRun(bench, input, file, parsed.GetValue(_runs));
            var result = await run.RunAsync(parsed.GetValue(_partitions), parsed.GetValue(_consumers));

            var line = Json.Line(result, BenchmarkJsonContext.Default.BenchmarkJson);
            await BenchmarkReport.PublishAsync(context, line, parsed.GetValue(_json), console => BenchmarkReport.Write(console, result));
            return result.Verified ? ExitCode.Success : ExitCode.CheckFailed;
        }, parsed.GetValue(_sessionFeed));
    }
}
