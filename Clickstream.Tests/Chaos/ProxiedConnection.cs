using System.Net;
using System.Net.Sockets;

namespace Clickstream.Tests.Chaos;

/// <summary>
/// One client's connection through a <see cref="TcpProxy"/>. An end that breaks is passed on as the kernel does when a process
/// dies: what was sent before still arrives.
/// </summary>
sealed class ProxiedConnection(TcpProxy proxy, Socket client)
{
    readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    bool _hasCopied;
    volatile TcpProxy.Trap? _committing;

    /// <summary>The port from which the server sees the connection come.</summary>
    public int ServerSidePort { get; private set; }

    public async Task RunAsync(IPEndPoint server, CancellationToken stop)
    {
        // Not on the caller's time.
        await Task.Yield();
        using (client)
        using (_server)
        {
            try
            {
                client.NoDelay = _server.NoDelay = true;
                await _server.ConnectAsync(server, stop);
                ServerSidePort = ((IPEndPoint)_server.LocalEndPoint!).Port;
            }
            catch (Exception e) when (IsBroken(e))
            {
                return;
            }
            await Task.WhenAll(PassRequestsAsync(stop), PassAnswersAsync(stop));
        }
    }

    /// <summary>Breaks both ends.</summary>
    public void Cut()
    {
        CutClient();
        Reset(_server);
    }

    /// <summary>Breaks the client's end.</summary>
    public void CutClient() => Reset(client);

    async Task PassRequestsAsync(CancellationToken stop)
    {
        try
        {
            await using var stream = new NetworkStream(client);
            var messages = new FrontendMessages(stream);
            while (await messages.ReadAsync(stop) is { Bytes.IsEmpty: false } message)
                await PassRequestAsync(message.Kind, message.Bytes, stop);
        }
        catch (Exception e) when (IsBroken(e))
        {
        }
        EndSending(_server);
    }

    async Task PassRequestAsync(FrontendMessageKind kind, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        switch (kind)
        {
            case FrontendMessageKind.CopyData:
                _hasCopied = true;
                if (proxy.TakeTrap(Moment.InCopy) is { } inCopy)
                {
                    await SendAsync(_server, bytes[..(bytes.Length / 2)], stop);
                    await HoldAsync(inCopy, stop);
                    bytes = bytes[(bytes.Length / 2)..];
                }
                break;
            case FrontendMessageKind.Commit when _hasCopied:
                _hasCopied = false;
                if (proxy.TakeTrap(Moment.BeforeCommit) is { } beforeCommit)
                    await HoldAsync(beforeCommit, stop);
                else
                    _committing = proxy.TakeTrap(Moment.Committed);
                break;
        }
        await SendAsync(_server, bytes, stop);
    }

    async Task PassAnswersAsync(CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            var read = 0;
            while (await _server.ReceiveAsync(buffer.AsMemory(read), stop) is > 0 and var length)
            {
                read += length;
                if (_committing is { } trap)
                {
                    // The answer to COMMIT is short, so there is room for all of it.
                    if (!EndsTransaction(buffer.AsSpan(0, read)))
                        continue;
                    _committing = null;
                    if (buffer.AsSpan(0, read).IndexOf("COMMIT\0"u8) >= 0)
                        await HoldAsync(trap, stop);
                    else
                        proxy.PutBack(trap);
                }
                await PassAnswerAsync(buffer.AsMemory(0, read), stop);
                read = 0;
            }
        }
        catch (Exception e) when (IsBroken(e))
        {
        }
        if (_committing is { } missed)
            proxy.PutBack(missed);
        EndSending(client);
    }

    async Task PassAnswerAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        try
        {
            await SendAsync(client, bytes, stop);
        }
        catch (Exception e) when (IsBroken(e) && !stop.IsCancellationRequested)
        {
            // Nobody listens any more; the server works on what it was sent before.
        }
    }

    async Task HoldAsync(TcpProxy.Trap trap, CancellationToken stop)
    {
        var caught = new CaughtConnection(this);
        trap.Spring(caught);
        await caught.MayGoOn.WaitAsync(stop);
    }

    /// <summary>Whether the last message is ReadyForQuery outside of a transaction.</summary>
    static bool EndsTransaction(ReadOnlySpan<byte> answers) => answers.EndsWith("Z\0\0\0\u0005I"u8);

    static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, stop)..];
    }

    static void EndSending(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsBroken(e))
        {
        }
    }

    static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (IsBroken(e))
        {
        }
        socket.Dispose();
    }

    static bool IsBroken(Exception e) => e is SocketException or IOException or ObjectDisposedException or OperationCanceledException;
}
