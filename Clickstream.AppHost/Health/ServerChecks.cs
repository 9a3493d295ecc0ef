using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.AppHost.Health;

/// <summary>
/// Health checks of servers that the AppHost does not start itself, or that have no check of their own. They connect as the services do,
/// with the same settings, so what is healthy to them is healthy to the services. Connections last as long as the process.
/// </summary>
sealed class ServerChecks
{
    const string ServiceName = "clickstream-apphost";

    readonly ServiceContext _context;

    ServerChecks(IConfiguration configuration) => _context = new ServiceContext(ServiceName, configuration);

    /// <param name="settings">By the keys of the configuration contract.</param>
    public static ServerChecks For(IReadOnlyDictionary<string, string> settings) => new(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build());

    public IHealthCheck Kafka() => new KafkaHealthCheck(new KafkaClients(
        KafkaConnection.From(_context, KafkaOptions.Read(_context.Settings)), ServiceName, TimeProvider.System, NullLogger<KafkaClients>.Instance));

    public IHealthCheck PostgreSql() => new PostgresHealthCheck(
        PostgresConnection.From(_context, PostgresOptions.Read(_context.Settings)).CreateDataSource(NullLoggerFactory.Instance));

    public IHealthCheck OpenSearch() => new OpenSearchHealthCheck(
        new OpenSearchClient(OpenSearchConnection.From(_context, OpenSearchOptions.Read(_context.Settings))));

    public IHealthCheck Valkey() => new ValkeyHealthCheck(ValkeyConnection.From(_context, ValkeyOptions.Read(_context.Settings)).Options);
}
