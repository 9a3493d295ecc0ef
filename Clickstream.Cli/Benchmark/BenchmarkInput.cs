using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>The file that a benchmark replays, looked through beforehand: what is stored is compared with it.</summary>
sealed class BenchmarkInput : IDisposable
{
    // What is stored of an event and of its share of the sessions, encoded, with some room.
    const long BytesPerEvent = 250;

    readonly TemporaryFile? _temporary;

    BenchmarkInput(string path, long rows, long distinctRows, TemporaryFile? temporary) =>
        (Path, Rows, DistinctRows, _temporary) = (path, rows, distinctRows, temporary);

    public string Path { get; }

    /// <summary>Rows of the file.</summary>
    public long Rows { get; }

    /// <summary>How many events they are, each counted once.</summary>
    public long DistinctRows { get; }

    /// <summary>A generated file, which goes when the benchmark ends.</summary>
    /// <exception cref="ClickstreamException">The store floor's rows would not fit into memory.</exception>
    public static async Task<BenchmarkInput> GenerateAsync(CommandContext context, long events, long seed)
    {
        var (needed, there) = (events * BytesPerEvent, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
        if (needed > there)
        {
            throw new ClickstreamException(ExitCode.Usage, Invariant(
                $"--events is {events}; the rows of the store floor would need {needed / 1e9:0.0} GB of memory, and there are {there / 1e9:0.0} GB to spare"));
        }
        var file = await TemporaryFile.MakeAsync(context, "benchmark", events, seed);
        return new(file.Path, events, file.DistinctRows, file);
    }

    /// <summary>A file of the user's.</summary>
    /// <exception cref="ClickstreamException">It cannot be read, or has a bad row or none at all.</exception>
    public static Task<BenchmarkInput> OpenAsync(CommandContext context, string file) =>
        context.Terminal.StepAsync($"Looking through {file}", async () =>
        {
            var path = System.IO.Path.GetFullPath(file);
            await using var reader = await EventCsvReader.OpenAsync(path, context.Stop);
            // A file of the user's need not be sorted, so all of it has to be remembered.
            var distinct = new HashSet<ClickEvent>();
            var rows = 0L;
            for (; await reader.ReadAsync(context.Stop); rows++)
            {
                if (reader.Error != EventError.None)
                {
                    throw new ClickstreamException(ExitCode.BadInput,
                        $"{path}, line {reader.LineNumber}: {reader.Error.ToReason()}; a benchmark needs a file without bad rows");
                }
                // The transaction is no part of an event's identity.
                distinct.Add(reader.Event with { TransactionId = ClickEvent.NoTransaction });
            }
            return rows > 0 ? new BenchmarkInput(path, rows, distinct.Count, null)
                : throw new ClickstreamException(ExitCode.BadInput, $"{path} has no rows; a benchmark needs some");
        });

    public void Dispose() => _temporary?.Dispose();
}
