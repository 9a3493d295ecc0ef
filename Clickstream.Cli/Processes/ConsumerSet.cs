using Clickstream.Cli.Settings;
using static System.FormattableString;

namespace Clickstream.Cli.Processes;

/// <summary>The consumers of <c>up</c>: started together, entered into the services file and, in the foreground, looked after.</summary>
/// <param name="context">The command's.</param>
/// <param name="services">Holds the processes.</param>
/// <param name="settings">What they work with.</param>
/// <param name="owner">The foreground command that they end with, or null.</param>
/// <param name="others">Consumers that run already.</param>
sealed class ConsumerSet(
    CommandContext context, RunningServices services, PipelineSettings settings, ForegroundCommand? owner, IReadOnlyList<ConsumerEntry> others)
{
    const int FirstSignalCode = 128;

    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    readonly List<(ServiceProcess Process, ConsumerEntry Entry)> _started = [];

    public IEnumerable<ConsumerEntry> Entries => [.. others, .. _started.Select(static consumer => consumer.Entry)];

    /// <summary>Starts more of them and waits until they are ready.</summary>
    public async Task StartAsync(int count)
    {
        if (count <= 0)
        {
            Save();
            return;
        }
        await context.Terminal.StepAsync(count == 1 ? "Starting the consumer" : $"Starting {count} consumers", async () =>
        {
            for (var i = 0; i < count; i++)
            {
                // The name of one that is gone, or the next.
                var used = Entries.Select(static entry => Path.GetFileNameWithoutExtension(entry.Log)).ToHashSet();
                var number = Enumerable.Range(1, int.MaxValue - 1).First(number => !used.Contains(NameOf(number)));
                _started.Add(ConsumerStart.Start(context, services, settings, NameOf(number), isAttached: owner is not null));
                // Before they are ready, so that `down` finds them whatever becomes of this process.
                Save();
            }
            await ConsumerStart.WaitUntilReadyAsync(context, _started);
        });
    }

    /// <summary>Returns when the user wants an end. A consumer that was killed is started again; one that gives up ends the command.</summary>
    public async Task WatchAsync()
    {
        while (!context.Stop.IsCancellationRequested)
        {
            if (services.Infrastructure is { HasExited: true } infrastructure)
                throw infrastructure.ToException();
            if (_started.Where(static consumer => consumer.Process.HasExited).ToArray() is { Length: > 0 } ended)
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

    static string NameOf(int number) => Invariant($"consumer-{number}");

    async Task ReplaceAsync(IReadOnlyCollection<(ServiceProcess Process, ConsumerEntry Entry)> ended)
    {
        var pause = ServicesFile.Load(context.Folder).PausedBy;
        foreach (var (process, entry) in ended)
        {
            var code = await process.WaitForExitAsync(CancellationToken.None);
            if (pause is null && code < FirstSignalCode)
                throw process.ToException();
            if (pause is null)
                context.Terminal.Warn($"the consumer with pid {process.Identity.Pid} was killed; starting another");
            _started.Remove((process, entry));
            await services.StopAsync(process);
        }
        if (pause is not null)
        {
            context.Terminal.Say("The consumers are stopped for a while by another command");
            while (await pause.IsAliveAsync(context.Stop) && ServicesFile.Load(context.Folder).PausedBy is not null)
                await Task.Delay(s_pause, context.Stop);
        }
        await StartAsync(ended.Count);
    }

    void Save() => new ServicesFile { Owner = owner, Consumers = [.. Entries] }.Save(context.Folder);
}
