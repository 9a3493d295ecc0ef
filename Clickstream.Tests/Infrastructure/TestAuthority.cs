using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Clickstream.Tests.Infrastructure;

/// <summary>A certificate with its private key, as PEM texts.</summary>
/// <param name="CertificatePem">The certificate.</param>
/// <param name="KeyPem">The key, PKCS#8.</param>
sealed record IssuedCertificate(string CertificatePem, string KeyPem)
{
    /// <summary>Both, for a server of .NET's.</summary>
    public X509Certificate2 ToCertificate() => X509Certificate2.CreateFromPem(CertificatePem, KeyPem);
}

/// <summary>A certificate authority of a test's own, as a project of Aiven's has one.</summary>
sealed class TestAuthority : IDisposable
{
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly X509Certificate2 _certificate;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=clickstream test project CA", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
        Pem = _certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>Its certificate.</summary>
    public string Pem { get; }

    static DateTimeOffset Now => DateTimeOffset.UtcNow;

    /// <summary>A certificate for a client.</summary>
    /// <param name="name">Who it is.</param>
    /// <param name="notAfter">When it expires; a day from now, unless said otherwise.</param>
    public IssuedCertificate IssueClient(string name, DateTimeOffset? notAfter = null) => Issue(name, [], notAfter);

    /// <summary>A certificate for a server of these names.</summary>
    public IssuedCertificate IssueServer(params string[] hosts) => Issue(hosts[0], hosts, null);

    /// <summary>The same, with its end.</summary>
    public IssuedCertificate IssueServer(DateTimeOffset notAfter, params string[] hosts) => Issue(hosts[0], hosts, notAfter);

    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }

    IssuedCertificate Issue(string name, string[] hosts, DateTimeOffset? notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: false));
        if (hosts.Length > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var host in hosts)
            {
                if (IPAddress.TryParse(host, out var address))
                    names.AddIpAddress(address);
                else
                    names.AddDnsName(host);
            }
            request.CertificateExtensions.Add(names.Build());
        }
        using var certificate = request.Create(_certificate, Now.AddYears(-1), notAfter ?? Now.AddDays(1), RandomNumberGenerator.GetBytes(16));
        return new(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
