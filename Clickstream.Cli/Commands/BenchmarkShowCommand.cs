using System.CommandLine;
using Clickstream.Cli.Benchmark;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Commands;

/// <summary><c>benchmark show</c>: what was measured before in this data folder.</summary>
sealed class BenchmarkShowCommand : CliCommand
{
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object a line, as they were printed then" };

    public BenchmarkShowCommand()
        : base("show", "Show earlier results, the newest last") => Add(_json);

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var results = await new BenchmarkHistory(context.Folder).ReadAsync(context.Stop);
        if (parsed.GetValue(_json))
        {
            foreach (var result in results)
                await context.Terminal.OutputWriter.WriteLineAsync(result.Line);
            return ExitCode.Success;
        }
        if (results.Select(static result => result.Run).OfType<BenchmarkJson>().ToArray() is { Length: > 0 } runs)
            BenchmarkReport.Write(context.Terminal.Output, runs);
        if (results.Select(static result => result.Ramp).OfType<RampJson>().ToArray() is { Length: > 0 } ramps)
            BenchmarkReport.Write(context.Terminal.Output, ramps);
        if (results.Select(static result => result.Index).OfType<IndexBenchmarkJson>().ToArray() is { Length: > 0 } indexings)
            BenchmarkReport.Write(context.Terminal.Output, indexings);
        return ExitCode.Success;
    }
}
