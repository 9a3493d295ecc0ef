using System.Diagnostics;
using System.Globalization;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Local.Kafka;
using Confluent.Kafka;

[assembly: AssemblyFixture(typeof(RealKafka))]

namespace Clickstream.Tests.Local.Kafka;

/// <summary>
/// An Apache Kafka for the whole run, started when the first test asks for it. Where it is says the environment variable
/// CLICKSTREAM_SERVERS: a folder with kafka/start.sh. Without it, tests that need it are skipped.
/// </summary>
public sealed class RealKafka : IAsyncDisposable
{
    const int ControllerPortDistance = 10_000; // start.sh's rule

    readonly SemaphoreSlim _starting = new(1, 1);
    readonly TempFolder _folder = new();
    Process? _process;
    string? _bootstrapServers;

    /// <summary>The bootstrap servers, or the test is skipped.</summary>
    public async Task<string> StartedAsync()
    {
        var servers = Environment.GetEnvironmentVariable("CLICKSTREAM_SERVERS");
        Assert.SkipWhen(string.IsNullOrEmpty(servers), "CLICKSTREAM_SERVERS is not set: no Apache Kafka to run against");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _bootstrapServers ??= await StartAsync(Path.Combine(servers!, "kafka", "start.sh"));
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }

        _folder.Dispose();
        _starting.Dispose();
    }

    async Task<string> StartAsync(string script)
    {
        var port = FreePort.Next(alsoFreeAt: ControllerPortDistance);
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[script, "--data", _folder.Path, "--port", port.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        var output = new Queue<string>();
        void Keep(object sender, DataReceivedEventArgs e)
        {
            lock (output)
            {
                if (e.Data is not null) output.Enqueue(e.Data);
                if (output.Count > 20) output.Dequeue();
            }
        }

        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        var bootstrapServers = $"127.0.0.1:{port}";
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).SetLogHandler((_, _) => { }).Build();
        await Eventually.TrueAsync(
            () =>
            {
                if (_process.HasExited)
                {
                    lock (output) Assert.Fail($"Apache Kafka ended with {_process.ExitCode}: {string.Join('\n', output)}");
                }

                return IsReady(admin);
            },
            TimeSpan.FromSeconds(60));
        return bootstrapServers;
    }

    static bool IsReady(IAdminClient admin)
    {
        try
        {
            return admin.GetMetadata(TimeSpan.FromSeconds(1)).Brokers.Count == 1;
        }
        catch (KafkaException)
        {
            return false;
        }
    }
}
