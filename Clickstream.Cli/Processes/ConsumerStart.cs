using System.Diagnostics;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Local;
using static System.FormattableString;

namespace Clickstream.Cli.Processes;

/// <summary>Starts consumers and waits until they say that they are ready: connected, with tables and topic made.</summary>
static class ConsumerStart
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(6);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts one.</summary>
    /// <param name="context">The command's.</param>
    /// <param name="services">Gets the process.</param>
    /// <param name="settings">What it works with.</param>
    /// <param name="name">Its log's name.</param>
    /// <param name="isAttached">It ends with the command.</param>
    /// <returns>The process, which need not be ready yet, and its entry for the services file.</returns>
    public static (ServiceProcess Process, ConsumerEntry Entry) Start(
        CommandContext context, RunningServices services, PipelineSettings settings, string name, bool isAttached)
    {
        context.Folder.Create();
        var url = Invariant($"http://127.0.0.1:{LoopbackPort.PickFree()}");
        var log = context.Folder.LogFile(name);
        var process = services.StartWorker(new(Programs.Consumer, [$"--urls={url}"], settings.ToEnvironment(), log, isAttached));
        return (process, new(process.Identity, url, log));
    }

    /// <summary>Waits until all are ready.</summary>
    /// <exception cref="ClickstreamException">One has ended, or is not ready in time.</exception>
    public static async Task WaitUntilReadyAsync(
        CommandContext context, IReadOnlyCollection<(ServiceProcess Process, ConsumerEntry Entry)> consumers)
    {
        using var health = new HealthProbe(s_answerLimit);
        var start = Stopwatch.GetTimestamp();
        foreach (var (process, entry) in consumers)
        {
            while (!await health.IsHealthyAsync(entry.Url, context.Stop))
            {
                context.Stop.ThrowIfCancellationRequested();
                if (process.HasExited)
                    throw process.ToException();
                if (Stopwatch.GetElapsedTime(start) > s_limit)
                {
                    throw new ClickstreamException(ExitCode.Unavailable,
                        $"a consumer was not ready after {s_limit.TotalMinutes:0} minutes; its log is {entry.Log}");
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
            foreach (var consumer in await ServicesFile.Load(context.Folder).RunningConsumersAsync(context.Stop))
                healthy += await health.IsHealthyAsync(consumer.Url, context.Stop) ? 1 : 0;
            if (healthy >= count)
                return;
            await Task.Delay(s_pause, context.Stop);
        }
        context.Terminal.Warn($"`{owner.Name}` (pid {owner.Process.Pid}) has not started its consumers again");
    }
}
