using Clickstream.Core.Errors;

namespace Clickstream.Cli.Processes;

/// <summary>
/// The services that this command has started. They are stopped in their order when the command ends, however it ends, unless
/// they were let go of.
/// </summary>
sealed class RunningServices(CommandContext context) : IAsyncDisposable
{
    readonly List<ServiceProcess> _workers = [];
    ServiceProcess? _infrastructure;

    public ServiceProcess? Infrastructure => _infrastructure;

    public ServiceProcess StartInfrastructure(ServiceStart start) => _infrastructure = ServiceProcess.Start(start);

    public ServiceProcess StartWorker(ServiceStart start)
    {
        var worker = ServiceProcess.Start(start);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Services are not expected to end by themselves, but for one that may be done.</summary>
    /// <exception cref="ClickstreamException">One has, with what it said.</exception>
    public void ThrowIfOneHasEnded(ServiceProcess? mayBeDone = null)
    {
        var all = _infrastructure is null ? _workers : [_infrastructure, .. _workers];
        if (all.FirstOrDefault(service => service != mayBeDone && service.HasExited) is { } ended)
            throw ended.ToException();
    }

    /// <summary>It has ended as it should, and is no longer looked after.</summary>
    public async Task ForgetAsync(ServiceProcess worker)
    {
        _workers.Remove(worker);
        await worker.DisposeAsync();
    }

    /// <summary>Stops one before the others.</summary>
    public async Task StopAsync(ServiceProcess worker)
    {
        _workers.Remove(worker);
        await EndAsync(worker);
    }

    /// <summary>Stops all but the infrastructure.</summary>
    public async Task StopWorkersAsync()
    {
        await Task.WhenAll(_workers.Select(EndAsync));
        _workers.Clear();
    }

    /// <summary>They stay when this command ends.</summary>
    public async Task LetGoAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        _workers.Clear();
        if (_infrastructure is not null)
            await _infrastructure.DisposeAsync();
        _infrastructure = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_workers.Count == 0 && _infrastructure is null)
            return;
        if (context.Stop.IsCancellationRequested)
            context.Terminal.Say("Stopping");
        // First those that use it, then the infrastructure.
        await StopWorkersAsync();
        // Even in a hurry it gets its time: killed, it would leave PostgreSQL behind.
        if (_infrastructure is { } infrastructure)
        {
            _infrastructure = null;
            await EndAsync(infrastructure, CancellationToken.None);
        }
    }

    Task EndAsync(ServiceProcess service) => EndAsync(service, context.Hurry);

    async Task EndAsync(ServiceProcess service, CancellationToken hurry)
    {
        if (!await service.StopAsync(hurry) && !hurry.IsCancellationRequested)
            context.Terminal.Warn($"{service.Identity.Program} (pid {service.Identity.Pid}) did not stop and was killed");
        await service.DisposeAsync();
    }
}
