using System.CommandLine;
using Clickstream.Cli.Benchmark;
using Clickstream.Cli.Output;
using Clickstream.Core.Errors;
using static System.FormattableString;

namespace Clickstream.Cli.Commands;

/// <summary><c>benchmark sweep</c>: the same for several partition counts, as a table and a chart.</summary>
sealed class BenchmarkSweepCommand : CliCommand
{
    readonly Option<string> _partitions = BenchmarkOptions.List("--partitions", "Partition counts", "P,...", "1,2,3,4,6,8", BenchmarkOptions.MaxPartitions);
    readonly Option<string> _consumers = BenchmarkOptions.List("--consumers", "Numbers of consumer processes", "C,...", "1", BenchmarkOptions.MaxConsumers);
    readonly Option<long> _events = BenchmarkOptions.Events(1_000_000);
    readonly Option<long> _seed = BenchmarkOptions.Seed();
    readonly Option<int> _runs = BenchmarkOptions.Runs(1);
    readonly Option<string> _out = new("--out", "-o") { Description = "Folder for sweep.csv and sweep.svg", HelpName = "DIR", Required = true };

    public BenchmarkSweepCommand()
        : base("sweep", "Run the benchmark for several numbers of partitions and consumers, and write a CSV file and a chart")
    {
        Add(_partitions);
        Add(_consumers);
        Add(_events);
        Add(_seed);
        Add(_runs);
        Add(_out);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        // What cannot be written should be known before anything is measured.
        var files = new SweepFiles(parsed.GetRequiredValue(_out));
        return await Workbench.RunAsync(context, bench => RunAsync(parsed, context, bench, files));
    }

    async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, Workbench bench, SweepFiles files)
    {
        using var input = await BenchmarkInput.GenerateAsync(context, parsed.GetValue(_events), parsed.GetValue(_seed));
        var run = new BenchmarkRun(bench, input, file: null, parsed.GetValue(_runs));
        var history = new BenchmarkHistory(context.Folder);
        var results = new List<BenchmarkJson>();
        foreach (var consumers in BenchmarkOptions.Numbers(parsed.GetRequiredValue(_consumers)).Distinct())
        {
            foreach (var partitions in BenchmarkOptions.Numbers(parsed.GetRequiredValue(_partitions)).Distinct())
            {
                context.Terminal.Say(Invariant($"Partitions {partitions}, consumers {consumers}"));
                results.Add(await run.RunAsync(partitions, consumers));
                await history.AddAsync(Json.Line(results[^1], BenchmarkJsonContext.Default.BenchmarkJson));
                files.Write(results);
                if (!results[^1].Verified)
                    return ExitCode.CheckFailed;
            }
        }
        BenchmarkReport.Write(context.Terminal.Output, results);
        context.Terminal.Say($"Wrote {files.Csv} and {files.Svg}");
        return ExitCode.Success;
    }
}
