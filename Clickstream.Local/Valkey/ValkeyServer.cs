using System.Net;
using Garnet;
using Garnet.server;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Valkey;

/// <summary>
/// The Valkey part: Garnet, in this process. What it holds can be computed anew from Kafka, so nothing is kept over a restart.
/// </summary>
sealed class ValkeyServer : IAsyncDisposable
{
    readonly GarnetServer _server;

    ValkeyServer(GarnetServer server, int port)
    {
        _server = server;
        Port = port;
    }

    public int Port { get; }

    public static Task<ValkeyServer> StartAsync(DataFolder folder, int requestedPort, ILoggerFactory loggers) =>
        LoopbackPort.StartOnAsync(
            requestedPort, LocalOptions.ValkeyPortOption, port => Task.Run(() => Start(folder.ValkeyDirectory, port, loggers)));

    public async ValueTask DisposeAsync() => await Task.Run(_server.Dispose);

    static ValkeyServer Start(string directory, int port, ILoggerFactory loggers)
    {
        var options = new GarnetServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
            QuietMode = true,

            // Counters and the visitors of the last minutes: small values, few of them.
            LogMemorySize = "64m",
            PageSize = "1m",
            IndexMemorySize = "4m",
            EnableStorageTier = false,
            EnableAOF = false,
            Recover = false,
            CheckpointDir = directory,
        };
        var server = new GarnetServer(options, loggers);
        try
        {
            server.Start();
            return new ValkeyServer(server, port);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }
}
