using Clickstream.AppHost.Health;
using Clickstream.AppHost.Settings;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Clickstream.Tests.AppHost;

/// <summary>The checks speak the servers' own protocols: an open port is not enough.</summary>
public sealed class ServerChecksTests(LocalInfrastructure local)
{
    readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_that_answer_are_healthy()
    {
        var process = await local.GetAsync(_stop);
        var checks = ServerChecks.For(new Dictionary<string, string>
        {
            ["ConnectionStrings:kafka"] = process.BootstrapServers,
            ["ConnectionStrings:clickstream"] = process.ConnectionString,
            ["ConnectionStrings:valkey"] = process.ValkeyConnectionString,
            ["ConnectionStrings:opensearch"] = process.OpenSearchUri.ToString(),
        });
        foreach (var check in (IHealthCheck[])[checks.Kafka(), checks.PostgreSql(), checks.Valkey(), checks.OpenSearch()])
            Assert.Equal(HealthStatus.Healthy, await CheckAsync(check));
    }

    [Fact]
    public async Task Servers_of_another_kind_are_not()
    {
        var process = await local.GetAsync(_stop);
        var (kafka, search) = (process.BootstrapServers, process.OpenSearchUri);
        var checks = ServerChecks.For(new Dictionary<string, string>
        {
            ["ConnectionStrings:kafka"] = search.Authority,
            ["ConnectionStrings:clickstream"] = $"Host=127.0.0.1;Port={search.Port};Timeout=2",
            ["ConnectionStrings:valkey"] = $"{search.Authority},connectTimeout=500",
            ["ConnectionStrings:opensearch"] = $"http://{kafka}",
        });
        var answers = await Task.WhenAll(
            CheckAsync(checks.Kafka()), CheckAsync(checks.PostgreSql()), CheckAsync(checks.Valkey()), CheckAsync(checks.OpenSearch()));
        Assert.All(answers, static status => Assert.Equal(HealthStatus.Unhealthy, status));
    }

    [Fact]
    public void Embedded_servers_are_on_loopback_and_the_password_in_its_file()
    {
        var connections = new EmbeddedConnections("/data;1", new EmbeddedPorts(1, 2, 3, 4));
        Assert.Equal("127.0.0.1:1", connections.Of("kafka"));
        Assert.Equal("127.0.0.1:3", connections.Of("valkey"));
        Assert.Equal("http://127.0.0.1:4", connections.Of("opensearch"));
        var postgres = new Npgsql.NpgsqlConnectionStringBuilder(connections.Of("clickstream"));
        Assert.Equal(("127.0.0.1", 2, "clickstream", "clickstream"), (postgres.Host, postgres.Port, postgres.Username, postgres.Database));
        Assert.Equal(Path.Combine("/data;1", "postgresql.pgpass"), postgres.Passfile);
        Assert.Null(postgres.Password);
    }

    [Theory]
    [InlineData("AVNS_simple")]
    [InlineData("a;b")]
    [InlineData("a'b\"c;d e=f")]
    public void A_password_is_quoted_where_a_connection_string_needs_it(string password) =>
        Assert.Equal(password, new Npgsql.NpgsqlConnectionStringBuilder($"Host=h;Password={ConnectionText.PostgresValue(password)};Database=d").Password);

    async Task<HealthStatus> CheckAsync(IHealthCheck check)
    {
        var context = new HealthCheckContext { Registration = new HealthCheckRegistration("test", check, HealthStatus.Unhealthy, null) };
        try
        {
            return (await check.CheckHealthAsync(context, _stop)).Status;
        }
        finally
        {
            if (check is IAsyncDisposable disposable)
                await disposable.DisposeAsync();
        }
    }
}
