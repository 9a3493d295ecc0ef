using System.Globalization;

namespace Clickstream.AppHost.Model;

/// <summary>Kafka, connection name <c>kafka</c>.</summary>
sealed class KafkaServer(IDistributedApplicationBuilder builder) : Server(builder, "kafka")
{
    const int Port = 9092;

    public void RunAsContainer() => Use(Builder.AddKafka(Name, Port)
        .WithImageTag(ImageTags.Kafka)
        .WithDataVolume("clickstream-kafka")
        .WithLifetime(ContainerLifetime.Persistent)
        .WithKafkaUI(static ui => ui
            .WithImageTag(ImageTags.KafkaUi)
            .WithLifetime(ContainerLifetime.Persistent)
            .WithUrlForEndpoint("http", static url => url.DisplayText = "Kafka UI")));

    public void RunOnAiven(AivenProject aiven)
    {
        var kafka = aiven.Outputs.Kafka;
        UseAiven(aiven, ReferenceExpression.Create($"{kafka.BootstrapServers}"), static checks => checks.Kafka());
        WithSetting("Kafka__SecurityProtocol", "Ssl");
        WithSetting("Kafka__Topic", kafka.Topic);
        WithSetting("Kafka__Partitions", kafka.Partitions.ToString(CultureInfo.InvariantCulture));
        WithSecret("Kafka__SslCaPem", aiven.Authority);
        WithSecret("Kafka__SslCertificatePem", aiven.SecretPem("kafka-certificate", kafka.CertificatePem));
        WithSecret("Kafka__SslKeyPem", aiven.SecretPem("kafka-key", kafka.KeyPem));
    }

    public void RunEmbedded(EmbeddedInfrastructure local) => UseEmbedded(local);
}
