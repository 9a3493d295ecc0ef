using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Local.Kafka;

namespace Clickstream.Tests.Chaos;

/// <summary>A Kafka that may be killed, and comes back on the same port with what it had on disk.</summary>
abstract class ChaosBroker : IAsyncDisposable
{
    public abstract string Name { get; }

    public abstract string BootstrapServers { get; }

    public abstract bool IsRunning { get; }

    /// <summary>Starts it and waits until it answers.</summary>
    public abstract Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public abstract Task KillAsync();

    public abstract ValueTask DisposeAsync();
}

/// <summary>The broker of Clickstream.Local.</summary>
sealed class EmbeddedBroker : ChaosBroker
{
    readonly LocalDataFolder _folder = new();
    readonly int _port = FreePort.Next();
    LocalProcess? _process;

    public override string Name => "embedded";

    public override string BootstrapServers => $"127.0.0.1:{_port}";

    public override bool IsRunning => _process is not null;

    public override async Task StartAsync(CancellationToken cancellationToken) =>
        _process = await LocalProcess.StartAsync(_folder.Path, ["--parts", "kafka", "--kafka-port", $"{_port}"], cancellationToken);

    public override async Task KillAsync()
    {
        _process!.Process.Kill();
        await _process.DisposeAsync();
        _process = null;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        await _folder.DisposeAsync();
    }
}

/// <summary>Apache Kafka.</summary>
sealed class RealBroker : ChaosBroker
{
    readonly TempFolder _folder = new();
    readonly int _port = RealKafkaProcess.FreePort();
    RealKafkaProcess? _process;

    public override string Name => "real Kafka";

    public override string BootstrapServers => $"127.0.0.1:{_port}";

    public override bool IsRunning => _process is not null;

    public override async Task StartAsync(CancellationToken cancellationToken) => _process = await RealKafkaProcess.StartAsync(_folder.Path, _port);

    public override async Task KillAsync()
    {
        _process!.Kill();
        await _process.DisposeAsync();
        _process = null;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }
}
