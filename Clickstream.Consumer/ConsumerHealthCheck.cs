using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Clickstream.Consumer;

/// <summary>Ready means that the schema is migrated and the group has given this member its partitions, be they none.</summary>
sealed class ConsumerHealthCheck(ConsumerWorker worker) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(worker.IsReady
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, "starting, or waiting for the topic or its partitions"));
}
