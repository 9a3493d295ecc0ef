using System.Diagnostics;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Local;
using static System.FormattableString;

namespace Clickstream.Cli.Processes;

/// <summary>Starts consumers and the indexer, and waits until they say that they are ready: connected, with what they need made.</summary>
static class WorkerStart
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(6);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts one.</summary>
    /// <param name="context">The command's.</param>
    /// <param name="services">Gets the process.</param>
    /// <param name="settings">What it works with.</param>
    /// <param name="program">One of <see cref="Programs"/>.</param>
    /// <param name="name">Its log's name.</param>
    /// <param name="isAttached">It ends with the command.</param>
    /// <returns>The process, which need not be ready yet, and its entry for the services file.</returns>
    public static (ServiceProcess Process, WorkerEntry Entry) Start(
        CommandContext context, RunningServices services, PipelineSettings settings, string program, string name, bool isAttached)
    {
        context.Folder.Create();
        var url = Invariant($"http://127.0.0.1:{LoopbackPort.PickFree()}");
        var log = context.Folder.LogFile(name);
        // Who starts the indexer wants it to index.
        var environment = new Dictionary<string, string?>(settings.ToEnvironment());
        if (program == Programs.Indexer)
            environment["OpenSearch__Enabled"] = "true";
        var process = services.StartWorker(new(program, [$"--urls={url}"], environment, log, isAttached));
        return (process, new(process.Identity, url, log));
    }

    /// <summary>Waits until all are ready.</summary>
    /// <exception cref="ClickstreamException">One has ended, or is not ready in time.</exception>
    public static async Task WaitUntilReadyAsync(
        CommandContext context, IReadOnlyCollection<(ServiceProcess Process, WorkerEntry Entry)> workers)
    {
        using var health = new HealthProbe(s_answerLimit);
        var start = Stopwatch.GetTimestamp();
        foreach (var (process, entry) in workers)
        {
            while (!await health.IsHealthyAsync(entry.Url, context.Stop))
            {
                context.Stop.ThrowIfCancellationRequested();
                if (process.HasExited)
                    throw process.ToException();
                if (Stopwatch.GetElapsedTime(start) > s_limit)
                {
                    throw new ClickstreamException(ExitCode.Unavailable,
                        $"the {entry.Name} with pid {entry.Process.Pid} was not ready after {s_limit.TotalMinutes:0} minutes; its log is {entry.Log}");
                }
                await Task.Delay(s_pause, context.Stop);
            }
        }
    }

    /// <summary>Waits until a foreground command has started so many again and they are ready.</summary>
    public static async Task WaitUntilOwnerHasThemAsync(CommandContext context, ForegroundCommand owner, int count)
    {
        using var health = new HealthProbe(s_answerLimit);
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < s_limit && await owner.Process.IsAliveAsync(context.Stop))
        {
            var healthy = 0;
            foreach (var worker in await ServicesFile.Load(context.Folder).RunningWorkersAsync(context.Stop))
                healthy += await health.IsHealthyAsync(worker.Url, context.Stop) ? 1 : 0;
            if (healthy >= count)
                return;
            await Task.Delay(s_pause, context.Stop);
        }
        context.Terminal.Warn($"`{owner.Name}` (pid {owner.Process.Pid}) has not started its workers again");
    }
}
