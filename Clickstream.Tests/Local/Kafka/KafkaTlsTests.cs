using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Rehearsal;

namespace Clickstream.Tests.Local.Kafka;

/// <summary>The embedded broker's TLS listener lets nobody in without a certificate of its CA.</summary>
public sealed class KafkaTlsTests
{
    // ApiVersions, version 0, correlation id 7, no client id.
    static readonly byte[] s_request = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 0xFF, 0xFF];

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_a_client_that_the_authority_has_signed_is_answered()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        await using var kafka = await RehearsalKafka.StartEmbeddedAsync(authority, Cancelled);
        var port = int.Parse(kafka.BootstrapServers.Split(':')[1], CultureInfo.InvariantCulture);

        Assert.True(await IsAnsweredAsync(port, authority.IssueClient("us")));
        Assert.False(await IsAnsweredAsync(port, other.IssueClient("them")));
        Assert.False(await IsAnsweredAsync(port, null));
    }

    static async Task<bool> IsAnsweredAsync(int port, IssuedCertificate? certificate)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", port, Cancelled);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    // What the server shows is not the question here.
                    RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                    ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate.ToCertificate(), [], offline: true),
                },
                Cancelled);
            await tls.WriteAsync(s_request, Cancelled);
            return await tls.ReadAsync(new byte[64], Cancelled) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
