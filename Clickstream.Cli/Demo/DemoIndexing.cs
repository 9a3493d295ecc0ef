using System.Diagnostics;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Search;
using Clickstream.Cli.Settings;
using Clickstream.Cli.Verification;
using Clickstream.Local;

namespace Clickstream.Cli.Demo;

/// <summary>What came of the indexing.</summary>
/// <param name="Verification">Whether the indices are what the tables say.</param>
/// <param name="Time">From the start of the indexer's process until all was indexed.</param>
sealed record IndexingResult(IndexVerification Verification, TimeSpan Time);

/// <summary>
/// The part of a demo that has OpenSearch: the indexer begins when everything is stored already, as it would where it is switched on later.
/// </summary>
sealed class DemoIndexing(CommandContext context, RunningServices services, PipelineSettings settings, Clients clients)
{
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Deletes what an earlier demo has left.</summary>
    public Task ResetAsync() => clients.Indices.DeleteAsync(context.Stop);

    /// <summary>Indexes events and sessions, and compares the result with the tables.</summary>
    public async Task<IndexingResult> RunAsync()
    {
        var start = Stopwatch.GetTimestamp();
        await context.Terminal.StepAsync("Indexing events and sessions", async () =>
        {
            WorkerStart.Start(context, services, settings, Programs.Indexer, "demo-indexer", isAttached: true);
            var standstill = new Standstill(DataFolder.LogDirectoryOf(context.Folder.Path));
            while (true)
            {
                services.ThrowIfOneHasEnded();
                var status = await IndexStatus.ReadAsync(context.Folder, settings, clients, context.Stop);
                if (status is { Lag: 0, SessionChanges: 0 })
                    return;
                standstill.Note((status?.Events ?? 0) + (status?.Sessions ?? 0));
                await Task.Delay(s_pause, context.Stop);
            }
        });
        var time = Stopwatch.GetElapsedTime(start);
        var verification = await context.Terminal.StepAsync("Comparing the indices", () =>
            IndexVerifier.VerifyAsync(clients.Database, clients.OpenSearch, clients.Indices, context.Stop));
        return new(verification, time);
    }
}
