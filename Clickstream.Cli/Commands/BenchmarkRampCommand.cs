using System.CommandLine;
using Clickstream.Cli.Benchmark;
using Clickstream.Cli.Output;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Commands;

/// <summary><c>benchmark ramp</c>: how long events take, alone and at rising rates, and the highest rate that is held.</summary>
sealed class BenchmarkRampCommand : CliCommand
{
    const long MaxRate = 10_000_000;
    const long MaxSeconds = 3_600;

    readonly Option<string> _rates = BenchmarkOptions.List(
        "--rates", "Events per second, in the order in which they are tried", "N,...", "1000,2000,5000,10000,20000,40000,60000,80000,100000,120000,150000", MaxRate);
    readonly Option<int> _seconds = new("--seconds", "-s") { Description = "How long each rate lasts", HelpName = "S", DefaultValueFactory = static _ => 10 };
    readonly Option<int> _partitions = BenchmarkOptions.Partitions();
    readonly Option<int> _consumers = BenchmarkOptions.Consumers();
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of tables" };

    public BenchmarkRampCommand()
        : base("ramp", """
            Raise the rate until the lag grows, and show how long events take.
            The latency of an event runs from its produce call until its commit is seen in PostgreSQL, with its session; it is looked for
            about every millisecond. First come single events, each sent when the one before is visible; then events of random visitors at an
            even pace. A rate is held if it is reached (98 %) and the lag grows by less than 5 % of what comes in.
            """)
    {
        Add(_rates);
        Add(_seconds);
        Add(_partitions);
        Add(_consumers);
        Add(_json);
        _seconds.Validators.Add(NumberRange.Between(1, MaxSeconds));
    }

    protected override Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context) => Workbench.RunAsync(context, async bench =>
    {
        var rates = BenchmarkOptions.Numbers(parsed.GetRequiredValue(_rates));
        var result = await new RampRun(bench, parsed.GetValue(_partitions), parsed.GetValue(_consumers))
            .RunAsync(rates, TimeSpan.FromSeconds(parsed.GetValue(_seconds)));

        var line = Json.Line(result, BenchmarkJsonContext.Default.RampJson);
        await BenchmarkReport.PublishAsync(context, line, parsed.GetValue(_json), console => BenchmarkReport.Write(console, result));
        return ExitCode.Success;
    });
}
