using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
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
        CheckAuthority(options);
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

    /// <summary>On Aiven the CA of the brokers is that of the clients, too; elsewhere another may have signed the client's certificate.</summary>
    static void CheckAuthority(KafkaOptions options)
    {
        if (options is not { SslCaPem: { } ca, SslCertificatePem: { } certificate, SslKeyPem: { } key }
            || !Pem.TryNormalize(ca, out var caText) || !Pem.TryNormalize(certificate, out var certificateText) || !Pem.TryNormalize(key, out var keyText))
            return;
        var wrong = CertificateCheck.Find(new("Kafka:SslCaPem", caText), new("Kafka:SslCertificatePem", certificateText), new("Kafka:SslKeyPem", keyText), DateTimeOffset.UtcNow);
        if (wrong is not null && !wrong.Contains("is not signed by", StringComparison.Ordinal))
            throw new ClickstreamException(ExitCode.Usage, wrong);
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
