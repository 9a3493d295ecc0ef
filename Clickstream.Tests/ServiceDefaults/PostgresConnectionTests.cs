using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Clickstream.Tests.ServiceDefaults;

public class PostgresConnectionTests
{
    [Fact]
    public void The_schema_is_the_search_path_and_the_service_says_its_name()
    {
        var settings = Connect("Host=db;Username=u;Database=d", "--");
        Assert.Equal("shop", settings.SearchPath);
        Assert.Equal("clickstream-test", settings.ApplicationName);
        Assert.Equal("UTC", settings.Timezone);
        Assert.False(settings.IncludeErrorDetail);
        Assert.Equal(5, settings.Timeout);
        Assert.Equal(30, settings.KeepAlive);
        Assert.Equal(ConsumerOptions.MaxConnections + 8, settings.MaxPoolSize);
        Assert.Equal(SslMode.Prefer, settings.SslMode);
    }

    [Fact]
    public void What_the_connection_string_says_itself_stays()
    {
        var settings = Connect("Host=db;Timeout=60;Keepalive=1;Maximum Pool Size=2;SSL Mode=VerifyCA;Passfile=/secrets/pgpass", TestCertificate.CreatePem());
        Assert.Equal(60, settings.Timeout);
        Assert.Equal(1, settings.KeepAlive);
        Assert.Equal(2, settings.MaxPoolSize);
        Assert.Equal(SslMode.VerifyCA, settings.SslMode);
        Assert.Equal("/secrets/pgpass", settings.Passfile);
    }

    [Fact]
    public void With_a_private_authority_certificate_and_host_name_are_verified() =>
        Assert.Equal(SslMode.VerifyFull, Connect("Host=db", TestCertificate.CreatePem().ReplaceLineEndings("\\n")).SslMode);

    [Fact]
    public async Task The_data_source_does_not_give_the_password_away()
    {
        var context = Context("Host=db;Password=hunter2");
        await using var dataSource = PostgresConnection.From(context, new PostgresOptions("shop", null)).CreateDataSource(NullLoggerFactory.Instance);
        Assert.DoesNotContain("hunter2", dataSource.ConnectionString, StringComparison.Ordinal);
    }

    static NpgsqlConnectionStringBuilder Connect(string connectionString, string authority)
    {
        var context = Context(connectionString);
        var connection = PostgresConnection.From(context, new PostgresOptions("shop", authority == "--" ? null : authority));
        context.ThrowIfInvalid();
        return new(connection.ConnectionString);
    }

    static ServiceContext Context(string connectionString) => new("clickstream-test", new ConfigurationBuilder()
        .AddInMemoryCollection([new("ConnectionStrings:clickstream", connectionString)]).Build());
}
