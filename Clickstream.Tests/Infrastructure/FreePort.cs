using System.Net;
using System.Net.Sockets;

namespace Clickstream.Tests.Infrastructure;

/// <summary>
/// Ports for programs that must be told one. Free at this moment: another may take it first, so whoever can should listen on port 0.
/// </summary>
static class FreePort
{
    /// <summary>A port that is free now, and whose neighbour <paramref name="alsoFreeAt"/> further on is free too.</summary>
    public static int Next(int alsoFreeAt = 0)
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            if (alsoFreeAt == 0) return port;
            if (port + alsoFreeAt > IPEndPoint.MaxPort) continue;
            using var second = new TcpListener(IPAddress.Loopback, port + alsoFreeAt);
            try
            {
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: look further.
            }
        }
    }
}
