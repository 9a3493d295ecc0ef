using Clickstream.Cli.Settings;
using Clickstream.Tests.ServiceDefaults;

namespace Clickstream.Tests.Cli;

public class MaskedTests
{
    [Theory]
    [InlineData("ConnectionStrings:kafka", "broker:9092", "broker:9092")]
    [InlineData("ConnectionStrings:clickstream", "Host=db;Password=hunter2;Database=d", "Host=db;Password=***;Database=d")]
    [InlineData("ConnectionStrings:clickstream", "hunter2", "***")]
    [InlineData("ConnectionStrings:valkey", "v:1,user=default,password=hunter2,ssl=true", "v:1,user=default,password=***,ssl=true")]
    [InlineData("ConnectionStrings:opensearch", "https://u:hunter2@search:1234/", "https://u:***@search:1234/")]
    [InlineData("ConnectionStrings:opensearch", "http://search:1234", "http://search:1234")]
    [InlineData("OpenSearch:DashboardsUrl", "u:hunter2@h", "***")]
    [InlineData("Kafka:SslKeyPem", "hunter2", "***")]
    [InlineData("Kafka:SslCaPem", "hunter2", "***")]
    [InlineData("Consumer:MaxBatchSize", "5", "5")]
    public void Secrets_are_masked(string key, string value, string expected) => Assert.Equal(expected, Masked.Text(key, value, isKnown: true));

    [Fact]
    public void What_is_not_ours_is_masked_whole() => Assert.Equal("***", Masked.Text("OTEL_EXPORTER_OTLP_HEADERS", "hunter2", isKnown: false));

    [Fact]
    public void A_certificate_is_shown_by_its_name() =>
        Assert.Matches(@"^CN=clickstream test, until \d{4}-\d\d-\d\d$", Masked.Text("Kafka:SslCertificatePem", TestCertificate.CreatePem(), isKnown: true));

    [Fact]
    public void Every_section_is_known_and_has_its_defaults()
    {
        var known = KnownSettings.All.ToDictionary();
        Assert.Equal("clickstream-events", known["Kafka:Topic"]);
        Assert.Equal("00:30:00", known["Sessions:Timeout"]);
        Assert.Equal("false", known["OpenSearch:Enabled"]);
        Assert.Equal("25000", known["Consumer:MaxBatchSize"]);
        Assert.Null(known["Valkey:SslCaPem"]);
        Assert.Contains("Producer:Speed", known.Keys);
        Assert.Contains("Indexer:Gzip", known.Keys);
    }
}
