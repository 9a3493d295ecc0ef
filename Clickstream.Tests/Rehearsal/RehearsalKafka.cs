using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Clickstream.Local.Kafka;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Local.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Rehearsal;

/// <summary>Kafka as Aiven's: a listener that wants a certificate that the project's CA has signed.</summary>
sealed class RehearsalKafka : IAsyncDisposable
{
    readonly TempFolder _folder;
    readonly IAsyncDisposable _server;

    RehearsalKafka(TempFolder folder, IAsyncDisposable server, int port, string? withoutTls = null)
    {
        (_folder, _server, WithoutTls) = (folder, server, withoutTls);
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"localhost:{port}");
    }

    public string BootstrapServers { get; }

    /// <summary>The same brokers without TLS; the embedded one has a single listener.</summary>
    public string? WithoutTls { get; }

    /// <summary>Apache Kafka; there must be one, see <see cref="RealKafkaProcess.SkipWithout"/>.</summary>
    public static async Task<RehearsalKafka> StartRealAsync(TestAuthority authority, bool isMeasured = false)
    {
        var folder = new TempFolder();
        var certificate = authority.IssueServer("localhost");
        await File.WriteAllTextAsync(folder.File("ca.pem"), authority.Pem);
        await File.WriteAllTextAsync(folder.File("server.pem"), certificate.CertificatePem);
        await File.WriteAllTextAsync(folder.File("server.key"), certificate.KeyPem);
        var port = FreePort.Next();
        var kafka = await RealKafkaProcess.StartAsync(folder.File("data"), RealKafkaProcess.FreePort(), (port, folder.Path), isMeasured);
        return new(folder, kafka, port, kafka.BootstrapServers);
    }

    /// <summary>The embedded broker, in this process; without an authority it speaks no TLS.</summary>
    public static async Task<RehearsalKafka> StartEmbeddedAsync(TestAuthority? authority, CancellationToken cancellationToken)
    {
        var folder = new TempFolder();
        var broker = await KafkaBroker.StartAsync(
            new() { DataDirectory = folder.Path, Tls = authority is null ? null : TlsOf(authority) }, NullLoggerFactory.Instance, cancellationToken);
        return new(folder, broker, broker.BoundEndPoint.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    static SslServerAuthenticationOptions TlsOf(TestAuthority authority)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509Certificate2.CreateFromPem(authority.Pem));
        return new()
        {
            ServerCertificate = authority.IssueServer("localhost").ToCertificate(),
            ClientCertificateRequired = true,
            CertificateChainPolicy = trust,
        };
    }
}
