using System.Diagnostics;
using Clickstream.Core.Errors;
using Clickstream.Local;

namespace Clickstream.Cli.Processes;

/// <summary>Starts Clickstream.Local and waits until its parts are ready.</summary>
static class InfrastructureStart
{
    // The first start makes a database cluster, and one after a crash replays its log.
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether the parts run in the data folder.</summary>
    /// <exception cref="ClickstreamException">The folder is in use without one of them.</exception>
    public static bool IsUp(CommandContext context, IReadOnlyList<string> parts)
    {
        if (parts.Count == 0)
            return true;
        if (LocalState.Load(context.Folder.Path) is not { } state)
            return false;
        return parts.Except(state.Parts).FirstOrDefault() is not { } missing ? true : throw new ClickstreamException(ExitCode.DataFolder,
            $"data folder {context.Folder.Path} is in use by process {state.Pid}, which runs without {missing}; stop it with: clickstream down");
    }

    /// <param name="context">The command's.</param>
    /// <param name="services">Take the process over.</param>
    /// <param name="parts">What is started.</param>
    /// <param name="isAttached">It ends with this process.</param>
    /// <param name="options">Further words for its command line.</param>
    public static Task<LocalState> RunAsync(
        CommandContext context, RunningServices services, IReadOnlyList<string> parts, bool isAttached, params string[] options) =>
        context.Terminal.StepAsync("Starting the infrastructure", async () =>
        {
            var folder = context.Folder;
            folder.Create();
            var process = services.StartInfrastructure(new(
                Programs.Local, ["--data-dir", folder.Path, "--parts", string.Join(',', parts), .. options],
                new Dictionary<string, string?>(), folder.LogFile("infrastructure"), isAttached));
            var start = Stopwatch.GetTimestamp();
            while (true)
            {
                context.Stop.ThrowIfCancellationRequested();
                if (process.HasExited)
                    throw process.ToException();
                if (LocalState.Load(folder.Path) is { } state)
                    return state;
                if (Stopwatch.GetElapsedTime(start) > s_limit)
                {
                    throw new ClickstreamException(ExitCode.Unavailable,
                        $"the infrastructure was not ready after {s_limit.TotalMinutes:0} minutes; its log is {folder.LogFile("infrastructure")}");
                }
                await Task.Delay(s_pause, context.Stop);
            }
        });
}
