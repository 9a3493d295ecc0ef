using Clickstream.Core.Settings;
using Confluent.Kafka;

namespace Clickstream.ServiceDefaults;

/// <summary>Where the brokers are and how they are spoken to.</summary>
sealed record KafkaConnection(string BootstrapServers, SecurityProtocol SecurityProtocol, string? CaPem, string? CertificatePem, string? KeyPem)
{
    public static KafkaConnection From(ServiceContext context, KafkaOptions options)
    {
        var bootstrapServers = context.ConnectionString("kafka", "Kafka's host:port");
        var isSsl = options.SecurityProtocol is { } name
            ? name.Equals(nameof(SecurityProtocol.Ssl), StringComparison.OrdinalIgnoreCase)
            : FirstPem(options) is not null;
        if (!isSsl)
        {
            if (FirstPem(options) is { } pem)
                context.Refuse($"Kafka:SecurityProtocol is Plaintext, and {pem} is set, which is of use with Ssl only; leave one of them out");
            return new(bootstrapServers, SecurityProtocol.Plaintext, null, null, null);
        }

        var (authorities, _) = context.Certificates("Kafka:SslCaPem", options.SslCaPem);
        var certificate = context.PemText("Kafka:SslCertificatePem", options.SslCertificatePem);
        var key = context.PemText("Kafka:SslKeyPem", options.SslKeyPem);
        if (options.SslCertificatePem is null != options.SslKeyPem is null)
            context.Refuse("Kafka:SslCertificatePem and Kafka:SslKeyPem go together; only one of them is set");
        else if (certificate is not null && key is not null && WrongPair(certificate, key) is { } wrong)
            context.Refuse(wrong);
        return new(bootstrapServers, SecurityProtocol.Ssl, authorities, certificate, key);
    }

    /// <summary>The key is a secret.</summary>
    public override string ToString() => $"{BootstrapServers} ({SecurityProtocol})";

    static string? FirstPem(KafkaOptions options) =>
        options.SslCaPem is not null ? "Kafka:SslCaPem"
        : options.SslCertificatePem is not null ? "Kafka:SslCertificatePem"
        : options.SslKeyPem is not null ? "Kafka:SslKeyPem" : null;

    // Whether the authority that signed it is that of the brokers cannot be known here: they may trust others than the one that signed theirs.
    static string? WrongPair(string certificate, string key) =>
        CertificateCheck.Find(null, new("Kafka:SslCertificatePem", certificate), new("Kafka:SslKeyPem", key), DateTimeOffset.UtcNow);
}
