using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using static System.FormattableString;

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
            CheckTopic(lines, topic, options, settings.Find("Kafka:Partitions"));
        }
        catch (KafkaException e) when (e.Error.IsLocalError && clients.Kafka.LastProblem is { } problem)
        {
            // librdkafka's error says that time is up; its log says why.
            throw new ClickstreamException(ExitCode.Unavailable, $"Kafka at {problem.Broker} cannot be reached: {problem.Reason}", e);
        }
        catch (KafkaException e) when (e.Error.IsLocalError)
        {
            if (await KafkaRefusal.FindHangUpAsync(clients.Kafka.Connection, cancellationToken) is { } hangUp)
                throw hangUp;
            throw;
        }
    }

    /// <param name="lines">Gets a line.</param>
    /// <param name="topic">What there is.</param>
    /// <param name="options">What there should be.</param>
    /// <param name="partitions">Their setting; a default is nobody's wish.</param>
    internal static void CheckTopic(CheckLines lines, KafkaTopic? topic, KafkaOptions options, SourcedSetting? partitions)
    {
        if (topic is null)
        {
            lines.Failed($"topic {options.Topic} does not exist; `terraform apply` makes it, or the first service that is started");
        }
        else if (partitions is not null && topic.PartitionCount != options.Partitions)
        {
            lines.Failed(Invariant($"topic {topic.Name} has {topic.PartitionCount} partitions, and Kafka:Partitions is {options.Partitions} ({SourceNames.Of(partitions.Source)}); ")
                + (topic.PartitionCount > options.Partitions ? "set it to the topic's, whose count never falls"
                    : "add what is missing (`terraform apply`, where Terraform has made the topic), or set it to the topic's"));
        }
        else
        {
            lines.Passed(Invariant($"topic {topic.Name} has {topic.PartitionCount} partitions"));
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
