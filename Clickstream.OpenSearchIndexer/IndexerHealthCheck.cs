using Clickstream.OpenSearchIndexer.Events;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Clickstream.OpenSearchIndexer;

/// <summary>Ready means that the indices are there and the group has given this member its partitions, be they none.</summary>
sealed class IndexerHealthCheck(EventsWorker worker) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(worker.IsReady
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, "starting, or waiting for the indices, the topic or its partitions"));
}
