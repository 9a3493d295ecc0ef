using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;

namespace Clickstream.Tests.ServiceDefaults;

/// <summary>What a user sees of a wrong setting: one line on standard error, exit code 2, and nothing of a secret.</summary>
public class SettingsErrorsTests
{
    const string Kafka = "--ConnectionStrings:kafka=127.0.0.1:9";
    const string Postgres = "--ConnectionStrings:clickstream=Host=127.0.0.1;Password=hunter2";

    const string MissingKafka = "ConnectionStrings:kafka (Kafka's host:port) is not set; "
        + "`clickstream env` prints it for the embedded infrastructure, and the AppHost injects it";

    const string MissingPostgres = "ConnectionStrings:clickstream (PostgreSQL's connection string) is not set; "
        + "`clickstream env` prints it for the embedded infrastructure, and the AppHost injects it";

    [Theory]
    [InlineData("Kafka:Topic", "a b", "1 to 249 letters, digits, '.', '_' and '-'")]
    [InlineData("Kafka:Partitions", "0", "1 to 10000")]
    [InlineData("Kafka:SecurityProtocol", "SaslSsl", "Plaintext or Ssl")]
    [InlineData("Postgres:Schema", "Public", "1 to 63 lower-case letters, digits and '_', not starting with a digit or pg_")]
    [InlineData("Sessions:Timeout", "30", "00:00:01 to 7.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Consumer:MaxBatchSize", "0", "1 to 1000000")]
    [InlineData("Consumer:AllowedLateness", "-01:00:00", "00:00:00 to 365.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Consumer:MaxFutureSkew", "soon", "00:00:00 to 36500.00:00:00, as [days.]hours:minutes:seconds")]
    [InlineData("Producer:Limit", "many", "0 to 9223372036854775807")]
    [InlineData("Producer:Offset", "-1", "0 to 9223372036854775807")]
    [InlineData("Producer:Speed", "fast", "0 to 1000000")]
    [InlineData("Producer:Strict", "yes", "true or false")]
    public async Task A_wrong_value_is_one_line_that_names_key_value_and_what_is_allowed(string key, string value, string allowed) =>
        Assert.Equal($"error: {key} is {value}; allowed: {allowed}{Environment.NewLine}", await RunAsync(Kafka, Postgres, $"--{key}={value}"));

    [Fact]
    public async Task Missing_connection_strings_are_named_with_the_way_out() =>
        Assert.Equal($"error: {MissingKafka}; {MissingPostgres}{Environment.NewLine}", await RunAsync());

    [Fact]
    public async Task All_errors_come_in_one_line() =>
        Assert.Equal($"error: Kafka:Partitions is x; allowed: 1 to 10000; Producer:Strict is maybe; allowed: true or false; {MissingKafka}{Environment.NewLine}",
            await RunAsync(Postgres, "--Producer:Strict=maybe", "--Kafka:Partitions=x"));

    [Fact]
    public async Task Pem_settings_are_checked_and_never_quoted()
    {
        var error = await RunAsync(Kafka, Postgres, "--Kafka:SslKeyPem=c2VjcmV0", "--Postgres:SslCaPem=secret");
        Assert.Contains("Kafka:SslKeyPem is not PEM text; give the text itself (line ends may be written \\n) or base64 of it", error, StringComparison.Ordinal);
        Assert.Contains("Postgres:SslCaPem is not PEM text", error, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", error, StringComparison.Ordinal);
        Assert.DoesNotContain("=secret", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_client_certificate_needs_its_key()
    {
        var pem = TestCertificate.CreatePem().ReplaceLineEndings("\\n");
        Assert.Equal($"error: Kafka:SslCertificatePem and Kafka:SslKeyPem go together; only one of them is set{Environment.NewLine}",
            await RunAsync(Kafka, Postgres, $"--Kafka:SslCertificatePem={pem}"));
        Assert.Equal($"error: Kafka:SslKeyPem is not the private key, unencrypted, of the certificate in Kafka:SslCertificatePem{Environment.NewLine}",
            await RunAsync(Kafka, Postgres, $"--Kafka:SslCertificatePem={pem}", $"--Kafka:SslKeyPem={TestCertificate.CreatePair().Key}"));
    }

    [Fact]
    public async Task A_key_is_no_certificate()
    {
        var key = TestCertificate.CreatePair().Key;
        Assert.Equal("error: Kafka:SslCaPem holds no certificate that can be read; Postgres:SslCaPem holds no certificate that can be read" + Environment.NewLine,
            await RunAsync(Kafka, Postgres, $"--Kafka:SslCaPem={key}", $"--Postgres:SslCaPem={key}"));
    }

    [Fact]
    public async Task A_certificate_that_would_not_be_used_is_refused()
    {
        var pem = TestCertificate.CreatePem().ReplaceLineEndings("\\n");
        Assert.Equal("error: Kafka:SecurityProtocol is Plaintext, and Kafka:SslCaPem is set, which is of use with Ssl only; leave one of them out; "
            + "Postgres:SslCaPem is set, and ConnectionStrings:clickstream says SSL Mode=Require, which verifies nothing; "
            + "say SSL Mode=VerifyFull, or leave one of them out; "
            + "Postgres:SslCaPem is set, and ConnectionStrings:clickstream has a Root Certificate; leave one of them out" + Environment.NewLine,
            await RunAsync(Kafka, $"{Postgres};SSL Mode=Require;Root Certificate=ca.pem", "--Kafka:SecurityProtocol=plaintext", $"--Kafka:SslCaPem={pem}", $"--Postgres:SslCaPem={pem}"));
    }

    [Theory]
    [InlineData("postgres://user:hunter2@host:5432/db")]
    [InlineData("Host=127.0.0.1;Password=hunter2;Colour=red")]
    [InlineData("Host=127.0.0.1;Password=hunter2;Port=hunter2")]
    public async Task A_malformed_connection_string_is_refused_without_its_secret(string connectionString)
    {
        var error = await RunAsync(Kafka, $"--ConnectionStrings:clickstream={connectionString}");
        Assert.StartsWith("error: ConnectionStrings:clickstream is not of the form Host=...;Port=...;Username=...;Password=...;Database=...: ",
            error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    static async Task<string> RunAsync(params string[] args)
    {
        var error = new StringWriter();
        var code = await ServiceProgram.RunAsync(args, "test", static builder =>
        {
            builder.AddKafka();
            builder.AddPostgres();
            builder.AddSettings(SessionsOptions.Read);
            builder.AddSettings(ConsumerOptions.Read);
            builder.AddSettings(ProducerOptions.Read);
        }, error);
        Assert.Equal(2, code);
        return error.ToString();
    }
}
