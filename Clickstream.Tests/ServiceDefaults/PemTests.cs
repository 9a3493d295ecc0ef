using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Clickstream.ServiceDefaults;

namespace Clickstream.Tests.ServiceDefaults;

public class PemTests
{
    static readonly string s_pem = TestCertificate.CreatePem();

    public static TheoryData<string> Forms =>
    [
        s_pem,
        s_pem.ReplaceLineEndings("\r\n"),
        s_pem.ReplaceLineEndings("\\n"),
        s_pem.ReplaceLineEndings("\\r\\n"),
        "\"" + s_pem.ReplaceLineEndings("\\n") + "\"",
        Convert.ToBase64String(Encoding.ASCII.GetBytes(s_pem)),
        Convert.ToBase64String(Encoding.ASCII.GetBytes(s_pem), Base64FormattingOptions.InsertLineBreaks) + "\n",
        "  " + s_pem,
    ];

    [Theory]
    [MemberData(nameof(Forms), DisableDiscoveryEnumeration = true)]
    public void Every_form_of_a_certificate_becomes_the_same_text(string value)
    {
        Assert.True(Pem.TryNormalize(value, out var text));
        Assert.Equal(s_pem, text);
        using var certificate = X509Certificate2.CreateFromPem(text);
        Assert.Equal("CN=clickstream test", certificate.Subject);
    }

    [Fact]
    public void Several_certificates_stay_several()
    {
        Assert.True(Pem.TryNormalize((s_pem + TestCertificate.CreatePem()).ReplaceLineEndings("\\n"), out var text));
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(text);
        Assert.Equal(2, certificates.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/ssl/ca.pem")]
    [InlineData("bm90IGEgcGVt")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END PRIVATE KEY-----")]
    public void What_holds_no_whole_block_is_refused(string value) => Assert.False(Pem.TryNormalize(value, out _));
}

/// <summary>Certificates for tests.</summary>
static class TestCertificate
{
    /// <summary>The PEM text of a certificate that signed itself, with one line feed at its end.</summary>
    public static string CreatePem() => CreatePair().Certificate;

    /// <summary>The same, with its private key.</summary>
    public static (string Certificate, string Key) CreatePair()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=clickstream test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
