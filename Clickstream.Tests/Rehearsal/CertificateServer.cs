using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Clickstream.Tests.Rehearsal;

/// <summary>
/// Any of the servers as far as its certificate, for clients that should get no further: Kafka's, Valkey's and OpenSearch's begin with TLS,
/// PostgreSQL's asks first. Who does accept the certificate is hung up on.
/// </summary>
sealed class CertificateServer : IAsyncDisposable
{
    // https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST
    const int SslRequestLength = 8;

    readonly CancellationTokenSource _stopping = new();
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly X509Certificate2 _certificate;
    readonly Task _accepting;

    public CertificateServer(X509Certificate2 certificate)
    {
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>localhost:port.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"localhost:{Port}");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
        _certificate.Dispose();
    }

    async Task AcceptAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
                clients.Add(ShowAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(clients);
        }
    }

    async Task ShowAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            // TLS begins with the byte 22, PostgreSQL's request with its length.
            var first = new byte[1];
            if (await client.Client.ReceiveAsync(first, SocketFlags.Peek, _stopping.Token) == 0)
                return;
            if (first[0] == 0)
            {
                await stream.ReadExactlyAsync(new byte[SslRequestLength], _stopping.Token);
                await stream.WriteAsync("S"u8.ToArray(), _stopping.Token);
            }
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stopping.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            // As it should be: the client does not go on.
        }
    }
}
