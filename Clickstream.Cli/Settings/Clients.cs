using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Clickstream.Cli.Settings;

/// <summary>The command's own connections, made as the services make theirs.</summary>
sealed class Clients : IAsyncDisposable
{
    const string Name = "clickstream-cli";

    readonly PipelineSettings _settings;
    readonly Lazy<KafkaClients> _kafka;
    readonly Lazy<PostgresConnection> _postgres;
    readonly Lazy<NpgsqlDataSource> _database;
    readonly Lazy<OpenSearchConnection> _openSearchConnection;
    readonly Lazy<OpenSearchClient> _openSearch;

    public Clients(PipelineSettings settings)
    {
        _settings = settings;
        KafkaOptions = settings.Read(KafkaOptions.Read);
        PostgresOptions = settings.Read(PostgresOptions.Read);
        OpenSearchOptions = settings.Read(OpenSearchOptions.Read);
        _kafka = new(() =>
        {
            settings.RequireKafka();
            var context = new ServiceContext(Name, settings.Configuration);
            var connection = KafkaConnection.From(context, KafkaOptions);
            context.ThrowIfInvalid();
            // What the client logs is said by the errors of what is asked of it, once.
            return new KafkaClients(connection, Name, TimeProvider.System, NullLogger<KafkaClients>.Instance);
        });
        _postgres = new(() =>
        {
            settings.RequirePostgres();
            var context = new ServiceContext(Name, settings.Configuration);
            var connection = PostgresConnection.From(context, PostgresOptions);
            context.ThrowIfInvalid();
            return connection;
        });
        _database = new(() => _postgres.Value.CreateDataSource(NullLoggerFactory.Instance));
        _openSearchConnection = new(() =>
        {
            settings.RequireOpenSearch();
            var context = new ServiceContext(Name, settings.Configuration);
            var connection = OpenSearchConnection.From(context, OpenSearchOptions);
            context.ThrowIfInvalid();
            return connection;
        });
        _openSearch = new(() => new OpenSearchClient(_openSearchConnection.Value));
    }

    public KafkaOptions KafkaOptions { get; }

    /// <summary>For a connection to Valkey of one's own.</summary>
    public StackExchange.Redis.ConfigurationOptions ValkeyOptions()
    {
        var context = new ServiceContext(Name, _settings.Configuration);
        var connection = ValkeyConnection.From(context, _settings.Read(Core.Settings.ValkeyOptions.Read));
        context.ThrowIfInvalid();
        return connection.Options;
    }

    public PostgresOptions PostgresOptions { get; }

    public OpenSearchOptions OpenSearchOptions { get; }

    public KafkaClients Kafka => _kafka.Value;

    public KafkaTopics Topics => new(Kafka, TimeProvider.System, NullLogger<KafkaTopics>.Instance);

    public NpgsqlDataSource Database => _database.Value;

    /// <summary>The database's certificate and host name are verified.</summary>
    public bool IsDatabaseVerified => _postgres.Value.IsVerified;

    public OpenSearchClient OpenSearch => _openSearch.Value;

    /// <summary>A client of OpenSearch Dashboards, which the caller disposes of.</summary>
    /// <param name="address">Where they are; may carry user and password.</param>
    public HttpClient CreateDashboardsClient(Uri address) => _openSearchConnection.Value.CreateDashboardsClient(address);

    /// <summary>Our indices there.</summary>
    public SearchIndices Indices => new(OpenSearch, OpenSearchOptions.IndexPrefix);

    public async ValueTask DisposeAsync()
    {
        if (_kafka.IsValueCreated)
            _kafka.Value.Dispose();
        if (_database.IsValueCreated)
            await _database.Value.DisposeAsync();
        if (_openSearch.IsValueCreated)
            _openSearch.Value.Dispose();
    }
}
