using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Npgsql;

[assembly: AssemblyFixture(typeof(LocalInfrastructure))]

namespace Clickstream.Tests.Infrastructure;

/// <summary>
/// The one Clickstream.Local that serves the whole test run, started by the first test that needs it. Tests share its servers, never
/// a database, a topic or a consumer group; who wants to break a server starts a <see cref="LocalProcess"/>.
/// </summary>
public sealed class LocalInfrastructure : IAsyncDisposable
{
    readonly Lazy<Task<LocalProcess>> _process = new(static () => LocalProcess.StartAsync(CancellationToken.None));

    /// <summary>The running process.</summary>
    public Task<LocalProcess> GetAsync(CancellationToken cancellationToken) => _process.Value.WaitAsync(cancellationToken);

    /// <summary>What a Kafka client is given.</summary>
    public async Task<string> BootstrapServersAsync(CancellationToken cancellationToken) => (await GetAsync(cancellationToken)).BootstrapServers;

    /// <summary>For StackExchange.Redis.</summary>
    public async Task<string> ValkeyConnectionStringAsync(CancellationToken cancellationToken) =>
        (await GetAsync(cancellationToken)).ValkeyConnectionString;

    /// <summary>Where the search node is.</summary>
    public async Task<Uri> OpenSearchUriAsync(CancellationToken cancellationToken) => (await GetAsync(cancellationToken)).OpenSearchUri;

    /// <summary>Makes an empty database for one test.</summary>
    /// <returns>Its connection string for Npgsql.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = UniqueName();
        var server = (await GetAsync(cancellationToken)).ConnectionString;
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);

        // Every database has its own pool, and their idle connections together must stay below the server's limit.
        return new NpgsqlConnectionStringBuilder(server) { Database = name, ConnectionIdleLifetime = 5, ConnectionPruningInterval = 1 }.ConnectionString;
    }

    /// <summary>Makes an empty topic for one test.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateTopicAsync(int partitions, CancellationToken cancellationToken)
    {
        var name = UniqueName();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = await BootstrapServersAsync(cancellationToken) }).Build();
        var topic = new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = 1 };
        await admin.CreateTopicsAsync([topic]).WaitAsync(cancellationToken);
        return name;
    }

    /// <summary>A name for something that only one test uses, such as a consumer group.</summary>
    public static string UniqueName() => $"test_{Guid.NewGuid():N}";

    public async ValueTask DisposeAsync()
    {
        if (!_process.IsValueCreated)
            return;

        // Had the start failed, the tests that asked for it would have said so.
        await ((Task)_process.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_process.Value.IsCompletedSuccessfully)
            await (await _process.Value).DisposeAsync();
    }
}
