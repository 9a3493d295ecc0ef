using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.ServiceDefaults;

public class KafkaClientsTests
{
    [Fact]
    public void A_producer_partitions_as_the_java_client_and_loses_nothing()
    {
        var config = Clients(Options()).Producer();
        Assert.Equal("broker:9092", config.BootstrapServers);
        Assert.Equal("clickstream-test", config.ClientId);
        Assert.Equal(Partitioner.Murmur2, config.Partitioner);
        Assert.True(config.EnableIdempotence);
        Assert.Equal(Acks.All, config.Acks);
        Assert.Equal(0, config.MessageTimeoutMs);
        Assert.False(config.AllowAutoCreateTopics);
        Assert.Equal(SecurityProtocol.Plaintext, config.SecurityProtocol);
    }

    [Fact]
    public void A_consumer_leaves_offsets_to_its_owner()
    {
        var config = Clients(Options()).Consumer("group");
        Assert.Equal("group", config.GroupId);
        Assert.False(config.EnableAutoCommit);
        Assert.False(config.EnableAutoOffsetStore);
        Assert.Equal(AutoOffsetReset.Error, config.AutoOffsetReset);
        Assert.False(config.AllowAutoCreateTopics);
    }

    [Fact]
    public void Pem_texts_stay_in_memory_and_mean_tls()
    {
        var (certificate, key) = TestCertificate.CreatePair();
        var config = Clients(Options() with { SslCaPem = certificate, SslCertificatePem = certificate, SslKeyPem = key }).Consumer("group");
        Assert.Equal(SecurityProtocol.Ssl, config.SecurityProtocol);
        Assert.Equal([certificate, certificate, key], [config.SslCaPem, config.SslCertificatePem, config.SslKeyPem]);
        Assert.Null(config.SslCaLocation);
        // Both stay at what librdkafka does by itself, which is to verify certificate and host name.
        Assert.Null(config.EnableSslCertificateVerification);
        Assert.Null(config.SslEndpointIdentificationAlgorithm);
    }

    [Theory]
    [InlineData(null, false, SecurityProtocol.Plaintext)]
    [InlineData(null, true, SecurityProtocol.Ssl)]
    [InlineData("ssl", false, SecurityProtocol.Ssl)]
    [InlineData("Plaintext", false, SecurityProtocol.Plaintext)]
    public void The_protocol_is_the_setting_or_follows_from_the_pem_texts(string? setting, bool hasPem, SecurityProtocol expected) =>
        Assert.Equal(expected, Connection(Options() with { SecurityProtocol = setting, SslCaPem = hasPem ? TestCertificate.CreatePem() : null }).SecurityProtocol);

    [Fact]
    public void The_key_is_not_printed()
    {
        var (certificate, key) = TestCertificate.CreatePair();
        Assert.Equal("broker:9092 (Ssl)", Connection(Options() with { SslCertificatePem = certificate, SslKeyPem = key }).ToString());
    }

    [Theory]
    [InlineData(0x0011223344556677, unchecked((long)0x8899AABBCCDDEEFF), "00112233-4455-6677-8899-aabbccddeeff")]
    [InlineData(unchecked((long)0xF0E0D0C0B0A09080), 0x0102030405060708, "f0e0d0c0-b0a0-9080-0102-030405060708")]
    [InlineData(0, 0, "00000000-0000-0000-0000-000000000000")]
    public void A_topic_id_reads_as_the_uuid_of_its_bytes(long most, long least, string expected) =>
        Assert.Equal(expected, KafkaTopics.ToGuid(new Uuid(most, least)).ToString());

    static KafkaOptions Options() => new("topic", 6, null, null, null, null);

    static KafkaConnection Connection(KafkaOptions options)
    {
        var context = new ServiceContext("clickstream-test", new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:kafka", "broker:9092")]).Build());
        var connection = KafkaConnection.From(context, options);
        context.ThrowIfInvalid();
        return connection;
    }

    static KafkaClients Clients(KafkaOptions options) =>
        new(Connection(options), "clickstream-test", TimeProvider.System, NullLogger<KafkaClients>.Instance);
}
