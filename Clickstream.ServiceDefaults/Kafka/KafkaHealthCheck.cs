using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Clickstream.ServiceDefaults;

/// <summary>Ready means that a broker answers the protocol, over the service's own kind of connection: an open port proves nothing.</summary>
sealed class KafkaHealthCheck(KafkaClients clients) : IHealthCheck
{
    static readonly DescribeClusterOptions s_options = new() { RequestTimeout = TimeSpan.FromSeconds(3) };

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var cluster = await clients.Admin.DescribeClusterAsync(s_options).WaitAsync(cancellationToken);
            return cluster.Nodes.Count > 0
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(context.Registration.FailureStatus, "the cluster has no brokers");
        }
        catch (KafkaException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Error.Reason);
        }
    }
}
