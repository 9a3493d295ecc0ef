using System.Text.RegularExpressions;
using Clickstream.Core.Errors;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Local.Kafka;
using Clickstream.Tests.Terraform;

namespace Clickstream.Tests.Rehearsal;

/// <summary>What can be wrong on the way to a service is named, by <c>config check</c> and by the services themselves, within seconds.</summary>
[Collection(nameof(RehearsalServers))]
public sealed class RehearsalFaultTests(RehearsalServers servers)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certificate_of_another_authority_is_named()
    {
        using var other = new TestAuthority();
        using var right = new TempFolder();
        await File.WriteAllTextAsync(right.File("ca.pem"), servers.Authority.Pem, Cancelled);
        await CheckAsync(
            isRealKafka: false,
            settings: new()
            {
                // libpq's, which Npgsql reads, too, would be the right one. Ours alone decides.
                ["PGSSLROOTCERT"] = right.File("ca.pem"),
                ["Kafka__SslCaPem"] = other.Pem,
                ["Postgres__SslCaPem"] = other.Pem,
                ["Valkey__SslCaPem"] = other.Pem,
                ["OpenSearch__SslCaPem"] = other.Pem,
            },
            expected:
            [
                @"✗ Kafka's certificate is not signed by the CA in Kafka:SslCaPem \(localhost:\d+\); check ConnectionStrings:kafka and Kafka:SslCaPem",
                "✗ PostgreSQL's certificate is not signed by the CA in Postgres:SslCaPem",
                "✗ Valkey's certificate is not signed by the CA in Valkey:SslCaPem",
                "✗ OpenSearch's certificate is not signed by the CA in OpenSearch:SslCaPem",
            ]);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_named() => await CheckAsync(
        isRealKafka: false,
        change: static outputs =>
        {
            foreach (var name in (string[])["kafka_bootstrap_servers", "postgres_host", "valkey_host", "opensearch_uri"])
                outputs[name] = ((string)outputs[name]!).Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        },
        expected:
        [
            @"✗ Kafka's certificate is for localhost, not for 127.0.0.1 \(127.0.0.1:\d+\)",
            "✗ PostgreSQL's certificate is for localhost, not for 127.0.0.1",
            "✗ Valkey's certificate is for localhost, not for 127.0.0.1",
            "✗ OpenSearch's certificate is for localhost, not for 127.0.0.1",
        ]);

    [Fact]
    public async Task A_certificate_that_has_expired_is_named()
    {
        await using var server = new CertificateServer(servers.Authority.IssueServer(DateTimeOffset.UtcNow.AddDays(-1), "localhost").ToCertificate());
        await CheckAsync(
            isRealKafka: false,
            change: outputs =>
            {
                outputs["kafka_bootstrap_servers"] = server.Address;
                outputs["postgres_port"] = server.Port;
                outputs["valkey_port"] = server.Port;
                outputs["opensearch_uri"] = $"https://{server.Address}";
            },
            expected:
            [
                @"✗ Kafka's certificate expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC \(localhost:\d+\); check ConnectionStrings:kafka and Kafka:SslCaPem",
                @"✗ PostgreSQL's certificate expired on \d{4}",
                @"✗ Valkey's certificate expired on \d{4}",
                @"✗ OpenSearch's certificate expired on \d{4}",
            ]);
    }

    [Fact]
    public async Task A_password_that_was_revoked_is_named() => await CheckAsync(
        isRealKafka: false,
        change: static outputs =>
        {
            foreach (var name in (string[])["postgres_password", "valkey_password", "opensearch_password"])
                outputs[name] = "AVNS_old";
        },
        expected:
        [
            @"✓ Kafka at localhost:\d+: TLS, verified both ways",
            """✗ PostgreSQL refuses: password authentication failed for user "avnadmin" \(SQLSTATE 28P01\); check user and password in ConnectionStrings:clickstream""",
            "✗ Valkey refuses: WRONGPASS .*; check user and password in ConnectionStrings:valkey",
            "✗ OpenSearch refuses: HTTP 401: Unauthorized; check user and password in ConnectionStrings:opensearch",
        ]);

    [Fact]
    public async Task A_client_certificate_that_has_expired_is_named_before_anybody_connects()
    {
        var expired = servers.Authority.IssueClient("clickstream", DateTimeOffset.UtcNow.AddDays(-1));
        await CheckAsync(
            isRealKafka: false,
            settings: new() { ["Kafka__SslCertificatePem"] = expired.CertificatePem, ["Kafka__SslKeyPem"] = expired.KeyPem },
            expected: [@"✗ the certificate in Kafka:SslCertificatePem expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC", "✓ PostgreSQL"]);
    }

    [Fact]
    public async Task A_key_of_another_certificate_is_named_before_anybody_connects() => await CheckAsync(
        isRealKafka: false,
        settings: new() { ["Kafka__SslKeyPem"] = servers.Authority.IssueClient("clickstream").KeyPem },
        expected: ["✗ Kafka:SslKeyPem is not the private key, unencrypted, of the certificate in Kafka:SslCertificatePem", "✓ PostgreSQL"]);

    /// <summary>.NET's TLS hangs up without a word; Java's says why, as Aiven's brokers do.</summary>
    [Theory]
    [InlineData(false, "hangs up when TLS is agreed upon; it may not accept the client certificate in Kafka:SslCertificatePem",
        "hangs up when TLS is agreed upon; it may want a client certificate: set Kafka:SslCertificatePem and Kafka:SslKeyPem")]
    [InlineData(true, "does not accept the client certificate in Kafka:SslCertificatePem: another CA has signed it, it has expired, or it was revoked",
        "wants a client certificate; set Kafka:SslCertificatePem and Kafka:SslKeyPem")]
    public async Task A_client_certificate_that_the_broker_does_not_accept_or_misses_is_named(bool isRealKafka, string foreign, string missing)
    {
        if (isRealKafka)
            RealKafkaProcess.SkipWithout();
        using var other = new TestAuthority();
        var client = other.IssueClient("clickstream");
        // They wait for the broker, rather than work.
        await Task.WhenAll(
            CheckAsync(
                isRealKafka,
                settings: new() { ["Kafka__SslCertificatePem"] = client.CertificatePem, ["Kafka__SslKeyPem"] = client.KeyPem },
                expected: [$@"✗ Kafka at localhost:\d+ {foreign}", "✓ PostgreSQL"]),
            CheckAsync(
                isRealKafka,
                settings: new() { ["ConnectionStrings__kafka"] = await servers.KafkaAsync(isRealKafka), ["Kafka__SslCaPem"] = servers.Authority.Pem },
                expected: [$@"✗ Kafka at localhost:\d+ {missing}", "✓ PostgreSQL"]));
    }

    [Fact]
    public Task A_service_does_not_retry_what_no_retry_mends() => Task.WhenAll(
        EndsAsync("Clickstream.Producer", "Kafka__SslCaPem", "Kafka's certificate is not signed by the CA in Kafka:SslCaPem"),
        EndsAsync("Clickstream.Consumer", "Postgres__SslCaPem", "PostgreSQL's certificate is not signed by the CA in Postgres:SslCaPem"),
        EndsAsync("Clickstream.OpenSearchIndexer", "OpenSearch__SslCaPem", "OpenSearch's certificate is not signed by the CA in OpenSearch:SslCaPem"));

    /// <summary>Starts a service that has the CA of somebody else for one of its servers.</summary>
    async Task EndsAsync(string service, string setting, string expected)
    {
        using var other = new TestAuthority();
        using var folder = await FolderAsync(isRealKafka: false, static _ => { });
        folder.Set(setting, other.Pem);
        var file = folder.PathOf("events.csv");
        await File.WriteAllTextAsync(file, "timestamp,visitorid,event,itemid,transactionid\n", Cancelled);
        folder.Set("Producer__File", file);

        await using var process = folder.StartService(service);
        Assert.Equal((int)ExitCode.Unavailable, await process.WaitForExitAsync(Cancelled));
        Assert.Contains($"error: {expected}", process.Error, StringComparison.Ordinal);
        folder.AssertNoSecret(process.Output + process.Error, service);
    }

    /// <summary>Runs the check on settings that are right but for what a test changes.</summary>
    async Task CheckAsync(bool isRealKafka, string[] expected, Action<OutputSet>? change = null, Dictionary<string, string>? settings = null)
    {
        using var folder = await FolderAsync(isRealKafka, change ?? (static _ => { }));
        foreach (var (name, value) in settings ?? [])
            folder.Set(name, value);
        var (output, _) = await folder.RunAsync(ExitCode.CheckFailed, "config", "check");
        Assert.All(expected, line => Assert.True(Regex.IsMatch(output, line), $"no line is {line} in\n{output}"));
    }

    async Task<RehearsalFolder> FolderAsync(bool isRealKafka, Action<OutputSet> change)
    {
        if (isRealKafka)
            RealKafkaProcess.SkipWithout();
        var client = servers.Authority.IssueClient("clickstream");
        var outputs = servers.Outputs(await servers.KafkaAsync(isRealKafka), LocalInfrastructure.UniqueName(), await servers.CreateDatabaseAsync(), client);
        change(outputs);
        var folder = new RehearsalFolder(outputs);
        folder.Set("Clickstream__TerraformOutputs", folder.OutputsFile);
        return folder;
    }
}
