using System.Globalization;
using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;

namespace Clickstream.Tests.Local.Kafka;

/// <summary>
/// An Apache Kafka as a process. Where it is says the environment variable CLICKSTREAM_SERVERS: a folder with kafka/start.sh.
/// </summary>
sealed class RealKafkaProcess : IAsyncDisposable
{
    const int ControllerPortDistance = 10_000; // start.sh's rule
    static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);

    readonly ChildProcess _process;

    RealKafkaProcess(ChildProcess process, int port)
    {
        _process = process;
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    public string BootstrapServers { get; }

    /// <summary>Skips the test where there is no Apache Kafka.</summary>
    public static void SkipWithout() => Assert.SkipWhen(Script is null, "CLICKSTREAM_SERVERS is not set: no Apache Kafka to run against");

    /// <summary>A port that suits it.</summary>
    public static int FreePort() => Infrastructure.FreePort.Next(alsoFreeAt: ControllerPortDistance);

    /// <summary>Starts it on a folder, which may have the data of an earlier one, and waits until it answers.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="port">The port.</param>
    /// <param name="tls">Also a listener on localhost that wants client certificates, with ca.pem, server.pem and server.key of a folder.</param>
    /// <param name="isMeasured">Whether its speed matters.</param>
    public static async Task<RealKafkaProcess> StartAsync(string folder, int port, (int Port, string Folder)? tls = null, bool isMeasured = false)
    {
        string[] arguments =
        [
            Script!, "--data", folder, "--port", port.ToString(CultureInfo.InvariantCulture),
            .. tls is { } listener ? ["--tls-port", listener.Port.ToString(CultureInfo.InvariantCulture), "--tls-dir", listener.Folder] : Array.Empty<string>(),
        ];
        try
        {
            return await StartOnceAsync(arguments, port, isMeasured);
        }
        catch (InvalidOperationException) when (!File.Exists(Path.Combine(folder, "logs", "meta.properties")))
        {
            // The folder was not made ready: its new cluster id is random, and one that begins with a dash is taken for an option.
            return await StartOnceAsync(arguments, port, isMeasured);
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    static string? Script =>
        Environment.GetEnvironmentVariable("CLICKSTREAM_SERVERS") is { Length: > 0 } servers ? Path.Combine(servers, "kafka", "start.sh") : null;

    /// <exception cref="InvalidOperationException">It has ended at once.</exception>
    static async Task<RealKafkaProcess> StartOnceAsync(string[] arguments, int port, bool isMeasured)
    {
        var kafka = new RealKafkaProcess(JavaServer.Start(arguments, isMeasured), port);
        try
        {
            using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers })
                .SetLogHandler(static (_, _) => { }).Build();
            await Eventually.TrueAsync(() => kafka._process.HasExited || IsReady(admin), s_startLimit);
            if (kafka._process.HasExited)
                throw new InvalidOperationException($"Apache Kafka ended{kafka._process.Transcript()}");
            return kafka;
        }
        catch
        {
            await kafka.DisposeAsync();
            throw;
        }
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
