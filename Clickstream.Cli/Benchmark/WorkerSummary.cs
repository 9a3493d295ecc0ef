using System.Globalization;
using System.Text.RegularExpressions;
using Clickstream.Cli.Processes;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Benchmark;

/// <summary>What a consumer or the indexer says when it stops: <c>stored 12 records: ready ..., first read ..., last stored ...</c>.</summary>
/// <param name="Records">Records that it has settled.</param>
/// <param name="Ready">When what it needs was there.</param>
/// <param name="FirstRead">When it had its first record; null where it never had one.</param>
/// <param name="LastStored">When its last batch was stored; null where it had none.</param>
readonly partial record struct WorkerSummary(long Records, DateTimeOffset Ready, DateTimeOffset? FirstRead, DateTimeOffset? LastStored)
{
    /// <summary>Reads it from the end of a worker's log.</summary>
    public static WorkerSummary Read(string log) =>
        LogTail.Lines(log).Select(Parse).LastOrDefault(static summary => summary is not null)
        ?? throw new ClickstreamException(ExitCode.Internal, $"a worker did not say what it has stored; its log is {log}");

    /// <summary>Reads a line of a log.</summary>
    /// <returns>Null where it says something else.</returns>
    public static WorkerSummary? Parse(string line)
    {
        if (Pattern().Match(line) is not { Success: true } match || Time("ready") is not { } ready)
            return null;
        return new(long.Parse(match.Groups["records"].ValueSpan, CultureInfo.InvariantCulture), ready, Time("read"), Time("stored"));

        DateTimeOffset? Time(string group) => DateTimeOffset.TryParse(
            match.Groups[group].ValueSpan, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    [GeneratedRegex(@"stored (?<records>\d+) records: ready (?<ready>\S+), first read (?<read>\S+), last stored (?<stored>\S+)$")]
    private static partial Regex Pattern();
}
