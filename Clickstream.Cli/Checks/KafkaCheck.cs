using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Cli.Checks;

/// <summary>Kafka: reached with TLS and the client certificate, and the topic is there.</summary>
static class KafkaCheck
{
    public static async Task RunAsync(PipelineSettings settings, Clients clients, CheckLines lines, CancellationToken cancellationToken)
    {
        var servers = settings.RequireKafka();
        var options = clients.KafkaOptions;
        try
        {
            var topic = await clients.Topics.DescribeAsync(options.Topic, cancellationToken);
            lines.Passed($"Kafka at {servers}: {Describe(clients.Kafka.Connection)}");
            if (topic is null)
                lines.Failed($"topic {options.Topic} does not exist; `terraform apply` makes it, or the first service that is started");
            else
                lines.Passed($"topic {topic.Name} has {topic.PartitionCount} partitions");
        }
        catch (KafkaException e) when (e.Error.IsLocalError && clients.Kafka.LastProblem is { } problem)
        {
            // librdkafka's error says that time is up; its log says why.
            throw new ClickstreamException(ExitCode.Unavailable, $"Kafka at {problem.Broker} cannot be reached: {problem.Reason}", e);
        }
    }

    static string Describe(KafkaConnection connection)
    {
        if (connection.SecurityProtocol != SecurityProtocol.Ssl)
            return "without TLS";
        if (connection.CertificatePem is null)
            return "TLS, verified";
        using var certificate = X509Certificate2.CreateFromPem(connection.CertificatePem);
        return $"TLS, verified both ways; client certificate {certificate.Subject} until {certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
    }
}
