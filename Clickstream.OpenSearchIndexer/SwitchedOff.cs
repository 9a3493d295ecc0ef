using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer;

/// <summary>All that the service does where OpenSearch is off: it says so and ends, so that it may be part of every deployment.</summary>
sealed class SwitchedOff(ServiceExit exit, ILogger<SwitchedOff> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.SwitchedOff();
        exit.Stop();
        return Task.CompletedTask;
    }
}
