using Clickstream.Cli.Settings;
using static System.FormattableString;

namespace Clickstream.Cli.Processes;

/// <summary>The workers of <c>up</c>: started together, entered into the services file and, in the foreground, looked after.</summary>
/// <param name="context">The command's.</param>
/// <param name="services">Holds the processes.</param>
/// <param name="settings">What they work with.</param>
/// <param name="owner">The foreground command that they end with, or null.</param>
/// <param name="others">Workers that run already.</param>
sealed class WorkerSet(
    CommandContext context, RunningServices services, PipelineSettings settings, ForegroundCommand? owner, IReadOnlyList<WorkerEntry> others)
{
    const int FirstSignalCode = 128;

    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    readonly List<(ServiceProcess Process, WorkerEntry Entry)> _started = [];

    public IEnumerable<WorkerEntry> Entries => [.. others, .. _started.Select(static worker => worker.Entry)];

    /// <summary>Starts more of them and waits until they are ready.</summary>
    public Task StartAsync(int consumers, bool withIndexer) => StartAsync(
        [.. Enumerable.Repeat(Programs.Consumer, Math.Max(0, consumers)), .. withIndexer ? [Programs.Indexer] : Array.Empty<string>()]);

    /// <summary>
    /// Returns when the user wants an end. A worker that was killed is started again; a consumer that gives up ends the command, an indexer
    /// that does is said and missed by nobody else.
    /// </summary>
    public async Task WatchAsync()
    {
        while (!context.Stop.IsCancellationRequested)
        {
            if (services.Infrastructure is { HasExited: true } infrastructure)
                throw infrastructure.ToException();
            if (_started.Where(static worker => worker.Process.HasExited).ToArray() is { Length: > 0 } ended)
                await ReplaceAsync(ended);
            try
            {
                await Task.Delay(s_pause, context.Stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task StartAsync(IReadOnlyList<string> programs)
    {
        if (programs.Count == 0)
        {
            Save();
            return;
        }
        await context.Terminal.StepAsync($"Starting {Describe(programs)}", async () =>
        {
            foreach (var program in programs)
            {
                _started.Add(WorkerStart.Start(context, services, settings, program, FreeName(program), isAttached: owner is not null));
                // Before they are ready, so that `down` finds them whatever becomes of this process.
                Save();
            }
            await WorkerStart.WaitUntilReadyAsync(context, _started);
        });
    }

    static string Describe(IReadOnlyList<string> programs)
    {
        var consumers = programs.Count(static program => program == Programs.Consumer);
        string[] parts = [.. consumers switch
        {
            0 => Array.Empty<string>(),
            1 => ["the consumer"],
            _ => [Invariant($"{consumers} consumers")],
        }, .. programs.Contains(Programs.Indexer) ? ["the indexer"] : Array.Empty<string>()];
        return string.Join(" and ", parts);
    }

    /// <summary>The name of one that is gone, or the next.</summary>
    string FreeName(string program)
    {
        var used = Entries.Select(static entry => Path.GetFileNameWithoutExtension(entry.Log)).ToHashSet();
        var kind = program == Programs.Indexer ? "indexer" : "consumer";
        return Enumerable.Range(1, int.MaxValue - 1).Select(number => Invariant($"{kind}-{number}")).First(name => !used.Contains(name));
    }

    async Task ReplaceAsync(IReadOnlyCollection<(ServiceProcess Process, WorkerEntry Entry)> ended)
    {
        var pause = ServicesFile.Load(context.Folder).PausedBy;
        var again = new List<string>();
        foreach (var (process, entry) in ended)
        {
            var code = await process.WaitForExitAsync(CancellationToken.None);
            var hasGivenUp = pause is null && code < FirstSignalCode;
            if (hasGivenUp && !entry.IsIndexer)
                throw process.ToException();
            if (hasGivenUp)
                context.Terminal.Warn($"the indexer has given up: {process.ToException().Message}; start another with: clickstream up --opensearch");
            else if (pause is null)
                context.Terminal.Warn($"the {entry.Name} with pid {process.Identity.Pid} was killed; starting another");
            if (!hasGivenUp)
                again.Add(entry.Process.Program);
            _started.Remove((process, entry));
            await services.StopAsync(process);
        }
        if (pause is not null)
        {
            context.Terminal.Say("Consumers and indexer are stopped for a while by another command");
            while (await pause.IsAliveAsync(context.Stop) && ServicesFile.Load(context.Folder).PausedBy is not null)
                await Task.Delay(s_pause, context.Stop);
        }
        await StartAsync(again);
    }

    void Save() => new ServicesFile { Owner = owner, Workers = [.. Entries] }.Save(context.Folder);
}
