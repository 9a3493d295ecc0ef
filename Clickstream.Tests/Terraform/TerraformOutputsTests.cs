using Clickstream.Core.Errors;
using Clickstream.Core.Terraform;
using Clickstream.Tests.Infrastructure;
using Npgsql;
using StackExchange.Redis;

namespace Clickstream.Tests.Terraform;

public sealed class TerraformOutputsTests : IDisposable
{
    static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Outputs_become_the_settings_of_the_contract()
    {
        var client = _authority.IssueClient("clickstream");
        var outputs = Parse(new OutputSet(_authority, client).WithOpenSearch());
        var settings = outputs.ToSettings();
        Assert.Equal("kafka.example.aivencloud.com:12345", settings["ConnectionStrings:kafka"]);
        Assert.Equal("Ssl", settings["Kafka:SecurityProtocol"]);
        Assert.Equal(
            [_authority.Pem, client.CertificatePem, client.KeyPem],
            [settings["Kafka:SslCaPem"], settings["Kafka:SslCertificatePem"], settings["Kafka:SslKeyPem"]]);
        Assert.Equal(["clickstream-events", "6"], [settings["Kafka:Topic"], settings["Kafka:Partitions"]]);
        Assert.Equal([_authority.Pem, _authority.Pem, _authority.Pem],
            [settings["Postgres:SslCaPem"], settings["Valkey:SslCaPem"], settings["OpenSearch:SslCaPem"]]);
        Assert.Equal("true", settings["OpenSearch:Enabled"]);
        Assert.Equal($"https://avnadmin:{OutputSet.Password}@search.example.aivencloud.com:45678/", settings["ConnectionStrings:opensearch"]);
        Assert.Equal(14, settings.Count);

        var postgres = new NpgsqlConnectionStringBuilder(settings["ConnectionStrings:clickstream"]);
        Assert.Equal(("pg.example.aivencloud.com", 23456, "avnadmin", OutputSet.Password, "clickstream", SslMode.VerifyFull),
            (postgres.Host, postgres.Port, postgres.Username, postgres.Password, postgres.Database, postgres.SslMode));
        var valkey = ConfigurationOptions.Parse(settings["ConnectionStrings:valkey"]);
        Assert.Equal(("default", OutputSet.Password, true, false), (valkey.User, valkey.Password, valkey.Ssl, valkey.AbortOnConnectFail));
        Assert.Equal("valkey.example.aivencloud.com:34567", valkey.EndPoints[0].ToString()!.Split('/')[^1]);
    }

    [Fact]
    public void The_configuration_has_the_outputs_that_are_read()
    {
        var set = new OutputSet(_authority).WithOpenSearch();
        set["opensearch_dashboards_uri"] = "https://dashboards.example.aivencloud.com";
        using var resource = typeof(OutputSet).Assembly.GetManifestResourceStream("terraform/outputs.tf")!;
        var names = new StreamReader(resource).ReadToEnd().Split('\n')
            .Where(static line => line.StartsWith("output ", StringComparison.Ordinal)).Select(static line => line.Split('"')[1]);
        Assert.Equal(set.Names.Order(), names.Order());
    }

    [Fact]
    public void A_password_may_hold_what_connection_strings_are_made_of()
    {
        const string Password = """a"b'c;d=e f@g:h/i%j&k<l""";
        var set = new OutputSet(_authority).WithOpenSearch(password: Password);
        set["postgres_password"] = Password;
        set["valkey_password"] = Password;
        var settings = Parse(set).ToSettings();
        Assert.Equal(Password, new NpgsqlConnectionStringBuilder(settings["ConnectionStrings:clickstream"]).Password);
        Assert.Equal(Password, ConfigurationOptions.Parse(settings["ConnectionStrings:valkey"]).Password);
        Assert.Equal(Password, Uri.UnescapeDataString(new Uri(settings["ConnectionStrings:opensearch"]).UserInfo.Split(':')[1]));
    }

    [Fact]
    public void Without_OpenSearch_nothing_of_it_is_looked_for()
    {
        var outputs = Parse(new OutputSet(_authority));
        Assert.Null(outputs.OpenSearch);
        Assert.DoesNotContain(outputs.ToSettings().Keys, static key => key.Contains("search", StringComparison.OrdinalIgnoreCase));

        var absent = new OutputSet(_authority);
        absent.Remove("opensearch_enabled");
        Assert.Null(Parse(absent).OpenSearch);
    }

    [Fact]
    public void Dashboards_are_known_where_they_are_and_a_port_may_be_a_text()
    {
        var set = new OutputSet(_authority).WithOpenSearch();
        set["opensearch_dashboards_uri"] = "https://dashboards.example.aivencloud.com:443";
        set["postgres_port"] = "23456";
        var outputs = Parse(set);
        Assert.Equal("dashboards.example.aivencloud.com", outputs.OpenSearch!.DashboardsUri!.Host);
        Assert.Equal(23456, outputs.Postgres.Port);
        Assert.Equal($"https://avnadmin:{OutputSet.Password}@dashboards.example.aivencloud.com/", outputs.ToSettings()["OpenSearch:DashboardsUrl"]);
    }

    [Fact]
    public void What_is_missing_is_named_all_at_once()
    {
        var set = new OutputSet(_authority);
        set.Remove("kafka_topic");
        set["valkey_host"] = null;
        set["opensearch_enabled"] = true;
        Refused(set, "the test has no output kafka_topic, valkey_host, opensearch_uri, opensearch_user, opensearch_password; run `terraform apply` first");
    }

    [Theory]
    [InlineData("postgres_port", "0", "output postgres_port is not a number from 1 to 65535")]
    [InlineData("valkey_port", "12345678901", "output valkey_port is not a number from 1 to 65535")]
    [InlineData("kafka_topic_partitions", "six", "output kafka_topic_partitions is not a number from 1 to 10000")]
    [InlineData("postgres_host", "", "output postgres_host is not a text")]
    [InlineData("postgres_sslmode", "require", "output postgres_sslmode is require; allowed: verify-full")]
    [InlineData("valkey_password", "a,b", "output valkey_password has a comma")]
    [InlineData("opensearch_enabled", "yes", "output opensearch_enabled is not true or false")]
    [InlineData("opensearch_uri", "http://search:9200", "output opensearch_uri is not of the form https://host:port")]
    [InlineData("opensearch_uri", "https://u:hunter2@search:9200", "output opensearch_uri is not of the form https://host:port")]
    [InlineData("kafka_access_cert_pem", "hunter2", "kafka_access_cert_pem holds no certificate that can be read")]
    [InlineData("kafka_access_key_pem", "hunter2", "kafka_access_key_pem is not the private key, unencrypted, of the certificate in kafka_access_cert_pem")]
    [InlineData("kafka_ca_pem", "hunter2", "kafka_ca_pem holds no certificate that can be read")]
    [InlineData("postgres_ca_pem", "hunter2", "postgres_ca_pem holds no certificate that can be read")]
    public void What_is_wrong_is_named_and_no_secret_is_quoted(string name, string value, string expected)
    {
        var set = new OutputSet(_authority).WithOpenSearch();
        set[name] = value;
        Refused(set, expected);
    }

    [Fact]
    public void Certificates_that_no_server_would_take_are_refused()
    {
        var expired = _authority.IssueClient("clickstream", s_now.AddDays(-1));
        Refused(new OutputSet(_authority, expired),
            $"the certificate in kafka_access_cert_pem expired on {s_now.AddDays(-1).UtcDateTime:yyyy-MM-dd HH:mm} UTC");

        using var other = new TestAuthority();
        Refused(new OutputSet(_authority, other.IssueClient("clickstream")),
            "the certificate in kafka_access_cert_pem is not signed by the CA in kafka_ca_pem");
        Refused(new OutputSet(_authority, _authority.IssueClient("a") with { KeyPem = _authority.IssueClient("b").KeyPem }),
            "kafka_access_key_pem is not the private key, unencrypted, of the certificate in kafka_access_cert_pem");
        Refused(new OutputSet(_authority), "the certificate in kafka_ca_pem expired on ", s_now.AddYears(3));
        Refused(new OutputSet(_authority), "the certificate in kafka_access_cert_pem is not valid before ", s_now.AddYears(-1).AddDays(-30));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hunter2")]
    [InlineData("[]")]
    public void What_is_not_the_output_of_terraform_is_refused(string json) =>
        Assert.Equal("the test is not the JSON that `terraform output -json` prints",
            Assert.Throws<ClickstreamException>(() => TerraformOutputs.Parse(json, "the test", s_now)).Message);

    [Fact]
    public void Nothing_secret_is_printed()
    {
        var outputs = Parse(new OutputSet(_authority).WithOpenSearch());
        Assert.DoesNotContain(OutputSet.Password, outputs.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", outputs.ToString(), StringComparison.Ordinal);
    }

    static TerraformOutputs Parse(OutputSet set) => TerraformOutputs.Parse(set.ToJson(), "the test", s_now);

    static void Refused(OutputSet set, string expected, DateTimeOffset? now = null)
    {
        var e = Assert.Throws<ClickstreamException>(() => TerraformOutputs.Parse(set.ToJson(), "the test", now ?? s_now));
        Assert.Equal(ExitCode.BadInput, e.ExitCode);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }
}
