using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.ServiceDefaults;

public sealed class ServerTrustTests : IDisposable
{
    readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void A_certificate_of_the_authority_is_trusted_and_the_systems_judgement_counts_where_it_is_asked()
    {
        using var certificate = Issue(TimeSpan.FromDays(1));
        Assert.True(Trust(_authority, withSystem: false).Validate(this, certificate, null, SslPolicyErrors.RemoteCertificateChainErrors));
        using var other = new TestAuthority();
        Assert.True(Trust(other, withSystem: true).Validate(this, certificate, null, SslPolicyErrors.None));
        Assert.True(Trust(null, withSystem: false).Validate(this, certificate, null, SslPolicyErrors.None));
    }

    [Fact]
    public void The_systems_judgement_does_not_count_beside_a_private_authority_that_is_the_only_one()
    {
        using var other = new TestAuthority();
        using var certificate = Issue(TimeSpan.FromDays(1));
        Refused(Trust(other, withSystem: false), certificate, SslPolicyErrors.None, "The server's certificate is not signed by the CA in Its:SslCaPem");
    }

    [Fact]
    public void What_is_wrong_is_said()
    {
        using var certificate = Issue(TimeSpan.FromDays(1));
        using var expired = Issue(TimeSpan.FromDays(-1));
        Refused(Trust(_authority, false), expired, SslPolicyErrors.RemoteCertificateChainErrors,
            $"The server's certificate expired on {expired.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");
        Refused(Trust(null, true), certificate, SslPolicyErrors.RemoteCertificateChainErrors,
            "The server's certificate is not signed by a CA that this machine trusts; a private CA belongs into Its:SslCaPem");
        Refused(Trust(_authority, true), certificate, SslPolicyErrors.RemoteCertificateNameMismatch, "The server's certificate is for server.example, not for ");
        Refused(Trust(_authority, true), null, SslPolicyErrors.RemoteCertificateNotAvailable, "The server shows no certificate");
    }

    [Fact]
    public void It_is_found_inside_of_what_a_client_throws()
    {
        var inside = new InvalidOperationException("it failed", new IOException("tls", new ServerTrustException("the reason")));
        Assert.Equal("the reason", ServerTrustException.Find(inside));
        Assert.Null(ServerTrustException.Find(new IOException("gone")));
    }

    X509Certificate2 Issue(TimeSpan validity) => _authority.IssueServer(DateTimeOffset.UtcNow + validity, "server.example").ToCertificate();

    static void Refused(ServerTrust trust, X509Certificate2? certificate, SslPolicyErrors errors, string expected) => Assert.StartsWith(
        expected, Assert.Throws<ServerTrustException>(() => trust.Validate(new object(), certificate, null, errors)).Message, StringComparison.Ordinal);

    static ServerTrust Trust(TestAuthority? authority, bool withSystem)
    {
        var authorities = new X509Certificate2Collection();
        if (authority is not null)
            authorities.ImportFromPem(authority.Pem);
        return new("The server", "Its:SslCaPem", authorities, withSystem);
    }
}
