using System.Security.Cryptography;
using Clickstream.Tests.Indexer;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Terraform;

namespace Clickstream.Tests.Rehearsal;

/// <summary>All rehearsals share the servers.</summary>
[CollectionDefinition(nameof(RehearsalServers))]
public sealed class RehearsalDefinition : ICollectionFixture<RehearsalServers>;

/// <summary>
/// Servers on this machine that behave as Aiven's do: one CA for the project, certificates for <c>localhost</c> and no other name, TLS
/// everywhere, passwords. They serve all rehearsals, each with a topic, a database and indices of its own.
/// </summary>
public sealed class RehearsalServers(LocalInfrastructure infrastructure) : IAsyncLifetime
{
    const string SearchUser = "avnadmin";

    RehearsalPostgres _postgres = null!;
    RehearsalValkey _valkey = null!;
    SearchProxy _search = null!;
    RehearsalKafka _embedded = null!;
    Task<RehearsalKafka>? _real;

    internal TestAuthority Authority { get; } = new();

    public string PostgresPassword { get; } = Password();

    public string ValkeyPassword { get; } = Password();

    public string SearchPassword { get; } = Password();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var certificate = Authority.IssueServer("localhost");
        // The one that is a process comes first: whatever fails after it, it is known by then, and stopped.
        _postgres = await RehearsalPostgres.StartAsync(certificate, PostgresPassword, Cancelled);
        _valkey = new(certificate.ToCertificate(), ValkeyPassword);
        _search = await SearchProxy.StartAsync(
            await infrastructure.OpenSearchUriAsync(Cancelled), certificate.ToCertificate(), $"{SearchUser}:{SearchPassword}");
        _embedded = await RehearsalKafka.StartEmbeddedAsync(Authority, Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        if (_embedded is not null)
            await _embedded.DisposeAsync();
        if (_search is not null)
            await _search.DisposeAsync();
        _valkey?.Dispose();
        Authority.Dispose();

        // The last, since its start may have failed.
        if (_real is not null)
            await (await _real).DisposeAsync();
    }

    /// <summary>Where a Kafka's TLS listener is.</summary>
    internal async Task<string> KafkaAsync(bool isReal) => isReal ? (await (_real ??= RehearsalKafka.StartRealAsync(Authority))).BootstrapServers : _embedded.BootstrapServers;

    /// <summary>An empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = LocalInfrastructure.UniqueName();
        await _postgres.CreateDatabaseAsync(name, Cancelled);
        return name;
    }

    /// <summary>How many events a database has; none where there is no table yet.</summary>
    public Task<long> StoredEventsAsync(string database) => _postgres.CountEventsAsync(database, Cancelled);

    /// <summary>What Terraform would say of them.</summary>
    internal OutputSet Outputs(string kafka, string topic, string database, IssuedCertificate client)
    {
        var outputs = new OutputSet(Authority, client).WithOpenSearch($"https://localhost:{_search.Uri.Port}", SearchPassword);
        outputs["kafka_bootstrap_servers"] = kafka;
        outputs["kafka_topic"] = topic;
        outputs["kafka_topic_partitions"] = 3;
        outputs["postgres_host"] = "localhost";
        outputs["postgres_port"] = _postgres.Port;
        outputs["postgres_user"] = RehearsalPostgres.User;
        outputs["postgres_password"] = PostgresPassword;
        outputs["postgres_database"] = database;
        outputs["valkey_host"] = "localhost";
        outputs["valkey_port"] = _valkey.Port;
        outputs["valkey_password"] = ValkeyPassword;
        return outputs;
    }

    static string Password() => $"AVNS_{Convert.ToHexString(RandomNumberGenerator.GetBytes(9))}";
}
