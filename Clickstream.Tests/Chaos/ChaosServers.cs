namespace Clickstream.Tests.Chaos;

/// <summary>Servers that the tests of one class may break, each started by the first test that asks for it.</summary>
public sealed class ChaosServers : IAsyncDisposable
{
    ChaosBroker? _embedded;
    ChaosBroker? _real;
    ChaosPostgres? _postgres;

    internal async Task<ChaosBroker> EmbeddedAsync(CancellationToken cancellationToken)
    {
        if (_embedded is null)
        {
            _embedded = new EmbeddedBroker();
            await _embedded.StartAsync(cancellationToken);
        }
        return _embedded;
    }

    /// <summary>Skips the test where there is no Apache Kafka.</summary>
    internal async Task<ChaosBroker> RealAsync(CancellationToken cancellationToken)
    {
        if (_real is null)
        {
            Local.Kafka.RealKafkaProcess.SkipWithout();
            _real = new RealBroker();
            await _real.StartAsync(cancellationToken);
        }
        return _real;
    }

    internal async Task<ChaosPostgres> PostgresAsync(CancellationToken cancellationToken)
    {
        if (_postgres is null)
        {
            _postgres = new ChaosPostgres();
            await _postgres.StartAsync(cancellationToken);
        }
        return _postgres;
    }

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
            await _embedded.DisposeAsync();
        if (_real is not null)
            await _real.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }
}
