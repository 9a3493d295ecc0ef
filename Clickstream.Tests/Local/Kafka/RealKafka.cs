using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Local.Kafka;

[assembly: AssemblyFixture(typeof(RealKafka))]

namespace Clickstream.Tests.Local.Kafka;

/// <summary>The one Apache Kafka that serves the whole test run, started by the first test that asks for it.</summary>
public sealed class RealKafka : IAsyncDisposable
{
    readonly SharedProcess<RealKafkaProcess> _process = new(static folder => RealKafkaProcess.StartAsync(folder, RealKafkaProcess.FreePort()));

    /// <summary>The bootstrap servers, or the test is skipped.</summary>
    public async Task<string> StartedAsync()
    {
        RealKafkaProcess.SkipWithout();
        return (await _process.StartedAsync(TestContext.Current.CancellationToken)).BootstrapServers;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
