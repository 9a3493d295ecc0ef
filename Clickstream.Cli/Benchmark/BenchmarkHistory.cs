using System.Text.Json;
using Clickstream.Core.Errors;
using Clickstream.Local;

namespace Clickstream.Cli.Benchmark;

/// <summary>What was measured before: a JSON object a line, the newest last, in the data folder.</summary>
/// <param name="folder">The data folder.</param>
sealed class BenchmarkHistory(DataDirectory folder)
{
    string File => Path.Combine(folder.Benchmarks, "results.jsonl");

    /// <summary>Adds a line.</summary>
    public async Task AddAsync(string line)
    {
        try
        {
            PrivateDirectory.Create(folder.Benchmarks);
            await System.IO.File.AppendAllTextAsync(File, line + "\n", CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw folder.NotWritable(e);
        }
    }

    /// <summary>All results, the oldest first.</summary>
    /// <exception cref="ClickstreamException">There are none.</exception>
    public async Task<IReadOnlyList<BenchmarkResult>> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var lines = await System.IO.File.ReadAllLinesAsync(File, cancellationToken);
            return [.. lines.Select(BenchmarkResult.Parse).OfType<BenchmarkResult>()];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClickstreamException(ExitCode.BadInput,
                $"nothing was measured in data folder {folder.Path} yet; begin with: clickstream benchmark run", e);
        }
    }
}

/// <summary>A line of the history.</summary>
/// <param name="Line">As it was written.</param>
/// <param name="Run">What it says, where it is a run.</param>
/// <param name="Ramp">What it says, where it is a ramp.</param>
/// <param name="Index">What it says, where it is one of the indexer.</param>
sealed record BenchmarkResult(string Line, BenchmarkJson? Run = null, RampJson? Ramp = null, IndexBenchmarkJson? Index = null)
{
    /// <summary>Reads a line.</summary>
    /// <returns>Null where it was cut off or is from another version, and says nothing to this one.</returns>
    public static BenchmarkResult? Parse(string line)
    {
        try
        {
            var kind = JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString();
            return kind switch
            {
                BenchmarkJson.KindName => new(line, JsonSerializer.Deserialize(line, BenchmarkJsonContext.Default.BenchmarkJson)),
                RampJson.KindName => new(line, Ramp: JsonSerializer.Deserialize(line, BenchmarkJsonContext.Default.RampJson)),
                IndexBenchmarkJson.KindName => new(line, Index: JsonSerializer.Deserialize(line, BenchmarkJsonContext.Default.IndexBenchmarkJson)),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
