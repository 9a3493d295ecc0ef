using Clickstream.Core.Errors;
using Microsoft.Extensions.Hosting;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// How the process ends. A worker whose work is done says so here; one that fails just throws. Either stops the host, and neither
/// is lost on the way to the exit code, as the host itself would lose the exception of a background service.
/// </summary>
/// <param name="lifetime">The host's.</param>
public sealed class ServiceExit(IHostApplicationLifetime lifetime)
{
    readonly Lock _lock = new();

    /// <summary>The exit code where there was no fault.</summary>
    internal ExitCode Code { get; private set; }

    /// <summary>The first exception of a worker.</summary>
    internal Exception? Fault { get; private set; }

    /// <summary>The work is done: stops the host. Of several codes the first that is not <see cref="ExitCode.Success"/> stays.</summary>
    public void Stop(ExitCode code = ExitCode.Success)
    {
        lock (_lock)
        {
            if (Code == ExitCode.Success)
                Code = code;
        }
        lifetime.StopApplication();
    }

    /// <summary>The work cannot go on: stops the host. Of several exceptions the first one stays.</summary>
    public void Fail(Exception fault)
    {
        lock (_lock)
            Fault ??= fault;
        lifetime.StopApplication();
    }

    /// <summary>Waits for a worker, and takes down how it ended if that was by an exception other than being stopped.</summary>
    internal async Task WatchAsync(BackgroundService worker)
    {
        try
        {
            await (worker.ExecuteTask ?? Task.CompletedTask);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }
}
