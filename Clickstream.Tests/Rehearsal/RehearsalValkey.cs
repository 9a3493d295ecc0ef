using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Clickstream.Tests.Infrastructure;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Garnet.server.TLS;

namespace Clickstream.Tests.Rehearsal;

/// <summary>A Valkey as Aiven's: TLS, and a password for the user <c>default</c>.</summary>
sealed class RehearsalValkey : IDisposable
{
    readonly TempFolder _folder = new();
    readonly GarnetServer _server;

    public RehearsalValkey(X509Certificate2 certificate, string password)
    {
        Port = FreePort.Next();
        _server = new GarnetServer(new GarnetServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, Port)],
            QuietMode = true,
            LogMemorySize = "16m",
            PageSize = "1m",
            IndexMemorySize = "1m",
            EnableStorageTier = false,
            EnableAOF = false,
            Recover = false,
            CheckpointDir = _folder.Path,
            AuthSettings = new AclAuthenticationPasswordSettings(null, password),
            TlsOptions = new Tls(certificate),
        });
        _server.Start();
    }

    public int Port { get; }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    /// <summary>Garnet's own options read a certificate from a file.</summary>
    sealed class Tls(X509Certificate2 certificate) : IGarnetTlsOptions
    {
        public SslClientAuthenticationOptions TlsClientOptions { get; } = new() { TargetHost = "localhost" };

        public SslServerAuthenticationOptions TlsServerOptions { get; } = new() { ServerCertificate = certificate };

        public bool UpdateCertFile(string fileName, string password, out string errorMessage)
        {
            errorMessage = "the certificate is not in a file";
            return false;
        }
    }
}
