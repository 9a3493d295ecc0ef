using System.Net;
using System.Net.Sockets;
using Clickstream.Core.Errors;

namespace Clickstream.Local;

/// <summary>Ports on the loopback address.</summary>
static class LoopbackPort
{
    // Systems give outgoing connections ports from 32768 (Linux) or 49152 (macOS, Windows) up. One from there could be lost to such
    // a connection while a server restarts, even to a client that knocks at this very port: TCP can connect a port to itself.
    const int First = 20_000;
    const int Last = 32_700;

    public static int PickFree()
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var port = Random.Shared.Next(First, Last + 1);
            if (IsFree(port))
                return port;
        }

        throw new ClickstreamException(ExitCode.PortInUse, $"no free port was found between {First} and {Last} on 127.0.0.1");
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <exception cref="ClickstreamException">A port was asked for (not 0) and is in use.</exception>
    public static void RequireFree(int requested, string option)
    {
        if (requested != 0 && !IsFree(requested))
            throw InUse(requested, option, null);
    }

    /// <summary>
    /// Starts a server on the port that was asked for or, if that is 0, on a free one, with another try should somebody
    /// take it in between.
    /// </summary>
    /// <exception cref="ClickstreamException">The port that was asked for is in use.</exception>
    public static async Task<T> StartOnAsync<T>(int requested, string option, Func<int, Task<T>> start)
    {
        const int Attempts = 5;
        RequireFree(requested, option);
        for (var attempt = 1; ; attempt++)
        {
            var port = requested != 0 ? requested : PickFree();
            try
            {
                return await start(port);
            }
            catch (Exception e) when (e is not OperationCanceledException && !IsFree(port))
            {
                if (requested != 0)
                    throw InUse(requested, option, e);
                if (attempt == Attempts)
                    throw;
            }
        }
    }

    static ClickstreamException InUse(int port, string option, Exception? inner) => new(
        ExitCode.PortInUse,
        $"port {port} on 127.0.0.1 is in use; choose another with {option}, or leave that out for a free one",
        inner);
}
