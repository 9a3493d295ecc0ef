using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Local.Kafka;

[assembly: AssemblyFixture(typeof(RealKafka))]

namespace Clickstream.Tests.Local.Kafka;

/// <summary>The one Apache Kafka that serves the whole test run, started by the first test that asks for it.</summary>
public sealed class RealKafka : IAsyncDisposable
{
    readonly SemaphoreSlim _starting = new(1, 1);
    readonly TempFolder _folder = new();
    RealKafkaProcess? _process;

    /// <summary>The bootstrap servers, or the test is skipped.</summary>
    public async Task<string> StartedAsync()
    {
        RealKafkaProcess.SkipWithout();
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _process ??= await RealKafkaProcess.StartAsync(_folder.Path, RealKafkaProcess.FreePort());
            return _process.BootstrapServers;
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
        _starting.Dispose();
    }
}
