using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Clickstream.Core.Errors;
using Clickstream.Local.Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka.Server;

/// <summary>Accepts connections on the loopback interface and runs each until its client leaves or the broker stops.</summary>
sealed class TcpServer : IAsyncDisposable
{
    readonly CancellationTokenSource _stopping = new();
    readonly ConcurrentDictionary<Task, bool> _connections = [];
    readonly TcpListener _listener;
    readonly SslServerAuthenticationOptions? _tls;
    readonly ILogger _logger;
    Task _accepting = Task.CompletedTask;

    TcpServer(TcpListener listener, SslServerAuthenticationOptions? tls, ILogger logger) => (_listener, _tls, _logger) = (listener, tls, logger);

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Takes the port; clients that come before <see cref="Start"/> wait.</summary>
    public static TcpServer Bind(int port, SslServerAuthenticationOptions? tls, ILogger logger)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            var reason = e.SocketErrorCode == SocketError.AccessDenied ? "may not be used" : "is in use";
            throw new ClickstreamException(
                ExitCode.PortInUse, $"Kafka port {port} {reason}; choose another, or none to have a free one chosen", e);
        }

        return new(listener, tls, logger);
    }

    public void Start(ApiTable apis) => _accepting = AcceptAsync(apis);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stopping.Dispose();
    }

    async Task AcceptAsync(ApiTable apis)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                var connection = Task.Run(() => RunAsync(client, apis, _stopping.Token), CancellationToken.None);
                _connections.TryAdd(connection, true);
                _ = connection.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // The client was gone again, or there are no file handles left: neither is a reason to stop listening.
                KafkaLog.AcceptFailed(_logger, e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
        }
    }

    async Task RunAsync(TcpClient client, ApiTable apis, CancellationToken cancellationToken)
    {
        using var socket = client;
        socket.NoDelay = true;
        var remote = socket.Client.RemoteEndPoint as IPEndPoint;
        using var connection = new Connection(apis, "/" + remote?.Address);
        try
        {
            await using var stream = await OpenAsync(socket, cancellationToken);
            await ConverseAsync(stream, connection, cancellationToken);
        }
        catch (AuthenticationException e)
        {
            KafkaLog.HandshakeFailed(_logger, remote?.ToString() ?? "?", e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException
            || (!connection.IsAnswering && e is IOException or SocketException or ObjectDisposedException))
        {
            // The broker stops, or the client went away in the middle of something.
        }
        catch (MalformedRequestException e)
        {
            KafkaLog.MalformedRequest(_logger, remote?.ToString() ?? "?", e.Message);
        }
        catch (Exception e)
        {
            KafkaLog.RequestFailed(_logger, e, remote?.ToString() ?? "?", connection.CurrentRequest);
        }
    }

    async Task<Stream> OpenAsync(TcpClient socket, CancellationToken cancellationToken)
    {
        if (_tls is null)
            return socket.GetStream();
        var stream = new SslStream(socket.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(_tls, cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Requests in, responses out, over any stream, until it ends.</summary>
    public static async Task ConverseAsync(Stream stream, Connection connection, CancellationToken cancellationToken)
    {
        using var frames = new FrameReader(stream);
        while (await frames.ReadAsync(cancellationToken) is { } request)
        {
            var response = await connection.HandleAsync(request, cancellationToken);
            if (!response.IsEmpty) await stream.WriteAsync(response, cancellationToken);
        }
    }
}
