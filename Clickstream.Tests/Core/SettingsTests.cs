using Clickstream.Core.Errors;
using Clickstream.Core.Settings;

namespace Clickstream.Tests.Core;

public class SettingsTests
{
    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var settings = Reader();
        Assert.Equal(new KafkaOptions("clickstream-events", 6, null, null, null, null), KafkaOptions.Read(settings));
        Assert.Equal(new PostgresOptions("clickstream", null), PostgresOptions.Read(settings));
        Assert.Equal(new SessionsOptions(TimeSpan.FromMinutes(30)), SessionsOptions.Read(settings));
        Assert.Equal(
            new ConsumerOptions("clickstream-postgresql", 25_000, 2, TimeSpan.FromHours(1), TimeSpan.FromDays(1)), ConsumerOptions.Read(settings));
        Assert.Equal(new ProducerOptions(null, 0, null, 0, false), ProducerOptions.Read(settings));
        Assert.Equal(new OpenSearchOptions(false, "clickstream", null), OpenSearchOptions.Read(settings));
        Assert.Equal(
            new IndexerOptions("clickstream-opensearch", 10_000, 8 * 1024 * 1024, 2, false, true, TimeSpan.FromDays(1)), IndexerOptions.Read(settings));
        settings.ThrowIfInvalid();
    }

    [Fact]
    public void An_empty_text_is_a_setting_that_is_not_set()
    {
        var settings = Reader(("Kafka:Topic", ""), ("Kafka:Partitions", ""), ("Sessions:Timeout", ""), ("Producer:Strict", ""), ("Producer:File", ""));
        Assert.Equal("clickstream-events", KafkaOptions.Read(settings).Topic);
        Assert.Equal(TimeSpan.FromMinutes(30), SessionsOptions.Read(settings).Timeout);
        Assert.Null(ProducerOptions.Read(settings).File);
        settings.ThrowIfInvalid();
    }

    [Fact]
    public void Settings_are_read()
    {
        var settings = Reader(
            ("Kafka:Topic", "a.B_c-9"), ("Kafka:Partitions", "10000"), ("Kafka:SecurityProtocol", "ssl"), ("Kafka:SslCaPem", "ca"),
            ("Kafka:SslCertificatePem", "certificate"), ("Kafka:SslKeyPem", "key"), ("Postgres:Schema", "_c1"), ("Sessions:Timeout", "00:00:01"),
            ("Consumer:GroupId", "g"), ("Consumer:MaxBatchSize", "1"), ("Consumer:Connections", "64"), ("Consumer:AllowedLateness", "0:0:0.5"),
            ("Consumer:MaxFutureSkew", "36500.00:00:00"),
            ("Producer:File", "a b.csv"), ("Producer:Offset", "9223372036854775807"), ("Producer:Limit", "0"), ("Producer:Speed", "2.5"),
            ("Producer:Strict", "True"),
            ("OpenSearch:Enabled", "true"), ("OpenSearch:IndexPrefix", "a_b-1"), ("OpenSearch:SslCaPem", "ca"), ("Indexer:GroupId", "i"),
            ("Indexer:MaxBulkDocuments", "100000"), ("Indexer:MaxBulkBytes", "65536"), ("Indexer:MaxBulksInFlight", "16"),
            ("Indexer:Gzip", "true"), ("Indexer:Sessions", "false"));
        Assert.Equal(new KafkaOptions("a.B_c-9", 10_000, "ssl", "ca", "certificate", "key"), KafkaOptions.Read(settings));
        Assert.Equal("_c1", PostgresOptions.Read(settings).Schema);
        Assert.Equal(TimeSpan.FromSeconds(1), SessionsOptions.Read(settings).Timeout);
        Assert.Equal(new ConsumerOptions("g", 1, 64, TimeSpan.FromSeconds(0.5), TimeSpan.FromDays(36_500)), ConsumerOptions.Read(settings));
        Assert.Equal(new ProducerOptions("a b.csv", long.MaxValue, 0, 2.5, true), ProducerOptions.Read(settings));
        Assert.Equal(new OpenSearchOptions(true, "a_b-1", "ca"), OpenSearchOptions.Read(settings));
        Assert.Equal(new IndexerOptions("i", 100_000, 65_536, 16, true, false, TimeSpan.FromDays(36_500)), IndexerOptions.Read(settings));
        settings.ThrowIfInvalid();
    }

    [Theory]
    [InlineData("Consumer:MaxBatchSize", "0", "1 to 1000000")]
    [InlineData("Consumer:MaxBatchSize", "1000001", "1 to 1000000")]
    [InlineData("Consumer:MaxBatchSize", "-1", "1 to 1000000")]
    [InlineData("Consumer:MaxBatchSize", "5e3", "1 to 1000000")]
    [InlineData("Consumer:MaxBatchSize", "5,000", "1 to 1000000")]
    [InlineData("Consumer:MaxBatchSize", " 5", "1 to 1000000")]
    [InlineData("Consumer:MaxBatchSize", "99999999999999999999", "1 to 1000000")]
    [InlineData("Consumer:Connections", "0", "1 to 64")]
    [InlineData("Consumer:AllowedLateness", "-00:00:01", "00:00:00 to 365.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Consumer:AllowedLateness", "1", "00:00:00 to 365.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Consumer:AllowedLateness", "1h", "00:00:00 to 365.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Consumer:MaxFutureSkew", "36500.00:00:01", "00:00:00 to 36500.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Sessions:Timeout", "00:00:00.9", "00:00:01 to 7.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Sessions:Timeout", "24:00:00", "00:00:01 to 7.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Sessions:Timeout", "00:30", "00:00:01 to 7.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Sessions:Timeout", "5", "00:00:01 to 7.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Kafka:Partitions", "0", "1 to 10000")]
    [InlineData("Kafka:SecurityProtocol", "Sasl", "Plaintext or Ssl")]
    [InlineData("Kafka:Topic", "a/b", "1 to 249 letters, digits, '.', '_' and '-'")]
    [InlineData("Kafka:Topic", "..", "1 to 249 letters, digits, '.', '_' and '-'")]
    [InlineData("Kafka:Topic", "é", "1 to 249 letters, digits, '.', '_' and '-'")]
    [InlineData("Postgres:Schema", "Clicks", "1 to 63 lower-case letters, digits and '_', not starting with a digit or pg_")]
    [InlineData("Postgres:Schema", "pg_x", "1 to 63 lower-case letters, digits and '_', not starting with a digit or pg_")]
    [InlineData("Postgres:Schema", "1x", "1 to 63 lower-case letters, digits and '_', not starting with a digit or pg_")]
    [InlineData("Postgres:Schema", "a;drop", "1 to 63 lower-case letters, digits and '_', not starting with a digit or pg_")]
    [InlineData("Producer:Limit", "-1", "0 to 9223372036854775807")]
    [InlineData("Producer:Offset", "1.5", "0 to 9223372036854775807")]
    [InlineData("Producer:Speed", "NaN", "0 to 1000000")]
    [InlineData("Producer:Speed", "Infinity", "0 to 1000000")]
    [InlineData("Producer:Speed", "-1", "0 to 1000000")]
    [InlineData("Producer:Speed", "5x", "0 to 1000000")]
    [InlineData("Producer:Strict", "yes", "true or false")]
    public void A_wrong_value_is_named_with_what_is_allowed(string key, string value, string allowed)
    {
        var e = Assert.Throws<ClickstreamException>(() => ReadAll(Reader((key, value))));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Equal($"{key} is {value}; allowed: {allowed}", e.Message);
    }

    [Fact]
    public void All_wrong_values_are_reported_at_once_and_in_one_line()
    {
        var e = Assert.Throws<ClickstreamException>(() => ReadAll(Reader(("Kafka:Topic", "a\nb"), ("Producer:Speed", "x"), ("Producer:Strict", "y"))));
        Assert.DoesNotContain('\n', e.Message);
        Assert.Contains("Kafka:Topic is ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("; Producer:Speed is x; allowed: 0 to 1000000; Producer:Strict is y; allowed: true or false", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_too_long_are_refused()
    {
        ReadAll(Reader(("Kafka:Topic", new('a', 249)), ("Postgres:Schema", new('a', 63)), ("Consumer:GroupId", new('a', 255))));
        foreach (var (key, length) in ((string, int)[])[("Kafka:Topic", 250), ("Postgres:Schema", 64), ("Consumer:GroupId", 256)])
            Assert.Throws<ClickstreamException>(() => ReadAll(Reader((key, new('a', length)))));
    }

    [Fact]
    public void Secrets_are_not_printed() =>
        Assert.DoesNotContain("secret", KafkaOptions.Read(Reader(
            ("Kafka:SslCaPem", "secret"), ("Kafka:SslCertificatePem", "secret"), ("Kafka:SslKeyPem", "secret"))).ToString(), StringComparison.Ordinal);

    static void ReadAll(SettingsReader settings)
    {
        KafkaOptions.Read(settings);
        PostgresOptions.Read(settings);
        SessionsOptions.Read(settings);
        ConsumerOptions.Read(settings);
        ProducerOptions.Read(settings);
        settings.ThrowIfInvalid();
    }

    static SettingsReader Reader(params (string Key, string Value)[] settings)
    {
        var byKey = settings.ToDictionary(setting => setting.Key, setting => setting.Value);
        return new SettingsReader(key => byKey.GetValueOrDefault(key));
    }
}
