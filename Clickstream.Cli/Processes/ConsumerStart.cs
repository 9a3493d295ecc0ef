using System.Diagnostics;
using System.Globalization;
using System.Net;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Local;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Processes;

/// <summary>Starts consumers and waits until they say that they are ready: connected, with tables and topic made.</summary>
static class ConsumerStart
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

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
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LoopbackPort.PickFree()}");
        var log = context.Folder.LogFile(name);
        var process = services.StartWorker(new(Programs.Consumer, [$"--urls={url}"], settings.ToEnvironment(), log, isAttached));
        return (process, new(process.Identity, url, log));
    }

    /// <summary>Waits until all are ready.</summary>
    /// <exception cref="ClickstreamException">One has ended, or is not ready in time.</exception>
    public static async Task WaitUntilReadyAsync(
        CommandContext context, IReadOnlyCollection<(ServiceProcess Process, ConsumerEntry Entry)> consumers)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(6) };
        var start = Stopwatch.GetTimestamp();
        foreach (var (process, entry) in consumers)
        {
            while (!await IsHealthyAsync(http, entry.Url, context.Stop))
            {
                context.Stop.ThrowIfCancellationRequested();
                if (process.HasExited)
                    throw process.ToException();
                if (Stopwatch.GetElapsedTime(start) > s_limit)
                    throw new ClickstreamException(ExitCode.Unavailable, $"a consumer was not ready after {s_limit.TotalMinutes:0} minutes; its log is {entry.Log}");
                await Task.Delay(s_pause, context.Stop);
            }
        }
    }

    /// <summary>Whether a consumer says that it is ready.</summary>
    public static async Task<bool> IsHealthyAsync(HttpClient http, string url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(url + ServiceDefaultsExtensions.HealthPath, cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
