using Clickstream.Cli.Output;
using Clickstream.Cli.Settings;
using Clickstream.Tests.ServiceDefaults;

namespace Clickstream.Tests.Cli;

public class MaskedTests
{
    [Theory]
    [InlineData("ConnectionStrings:kafka", "broker:9092", "broker:9092")]
    [InlineData("ConnectionStrings:clickstream", "Host=db;Password=hunter2;Database=d", "Host=db;Password=***;Database=d")]
    [InlineData("ConnectionStrings:clickstream", "hunter2", "***")]
    [InlineData("ConnectionStrings:valkey", "password=hunter2,v:1,user=default,ssl=true", "v:1,user=default,password=*****,ssl=True")]
    [InlineData("ConnectionStrings:valkey", "valkeys://default:hunter2@v:1", "***")]
    [InlineData("ConnectionStrings:valkey", "v:1,password=x,hunter2=y", "***")]
    [InlineData("ConnectionStrings:opensearch", "https://u:hunter2@search:1234/", "https://u:***@search:1234/")]
    [InlineData("ConnectionStrings:opensearch", "http://search:1234", "http://search:1234")]
    [InlineData("ConnectionStrings:opensearch", "https://hunter2@search/", "https://***@search/")]
    [InlineData("OpenSearch:DashboardsUrl", "u:hunter2@h", "***")]
    [InlineData("OpenSearch:DashboardsUrl", "https://h/?token=hunter2", "https://h/?***")]
    [InlineData("Kafka:SslKeyPem", "hunter2", "***")]
    [InlineData("Kafka:SslCaPem", "hunter2", "***")]
    [InlineData("Consumer:MaxBatchSize", "5", "5")]
    public void Secrets_are_masked(string key, string value, string expected) => Assert.Equal(expected, Masked.Text(key, value, isKnown: true));

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("SOME_HOOK_URL")]
    public void What_is_not_ours_is_masked_whole(string key) => Assert.Equal("***", Masked.Text(key, "https://h/hunter2", isKnown: false));

    [Theory]
    [InlineData("v:1,password=hunter2", "v:1")]
    [InlineData("password=hunter2,v:1", "v:1")]
    [InlineData("valkeys://default:hunter2@v:1", "a connection string that cannot be read")]
    public void An_address_has_no_secret(string text, string expected) => Assert.Equal(expected, Addresses.OfValkey(text));

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
