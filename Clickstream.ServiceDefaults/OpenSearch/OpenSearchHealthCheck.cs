using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Clickstream.ServiceDefaults;

/// <summary>Ready means that the cluster answers, with the service's own credentials.</summary>
sealed class OpenSearchHealthCheck(OpenSearchClient client) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await client.InfoAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (OpenSearchRetry.IsOpenSearchError(e))
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }
    }
}
