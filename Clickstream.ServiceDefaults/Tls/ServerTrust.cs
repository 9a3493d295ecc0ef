using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Clickstream.Core.Settings;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// Judges the certificate that a server shows: it must be signed by a CA that is trusted, be in force, and be for the name by which the
/// server was called. What is wrong is said in words that a user can act on; .NET's clients say no more than that it was rejected.
/// </summary>
/// <param name="server">Whose it is, such as <c>PostgreSQL</c>.</param>
/// <param name="setting">Where its CA is set.</param>
/// <param name="authorities">The CA; none for the system's roots.</param>
/// <param name="withSystem">The system's roots are trusted beside it.</param>
sealed class ServerTrust(string server, string setting, X509Certificate2Collection authorities, bool withSystem)
{
    /// <summary>A <see cref="RemoteCertificateValidationCallback"/>.</summary>
    /// <exception cref="ServerTrustException">The certificate is no good.</exception>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            throw new ServerTrustException($"{server} shows no certificate");
        using var shown = new X509Certificate2(certificate);
        if (WhatIsWrong(shown, chain, errors, (sender as SslStream)?.TargetHostName) is { } wrong)
            throw new ServerTrustException($"{server}{(server.EndsWith('s') ? "'" : "'s")} certificate {wrong}");
        return true;
    }

    string? WhatIsWrong(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors, string? host)
    {
        var isTrusted = (errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0 && (withSystem || authorities.Count == 0);
        if (!isTrusted && Distrust(certificate, chain) is { } distrust)
            return distrust;
        return (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0
            ? $"is for {NamesOf(certificate)}, not for {host}"
            : null;
    }

    string? Distrust(X509Certificate2 certificate, X509Chain? shown)
    {
        var now = DateTimeOffset.UtcNow;
        if (CertificateCheck.NotInForce(certificate, now) is { } notInForce)
            return notInForce;
        if (authorities.Count == 0)
            return $"is not signed by a CA that this machine trusts; a private CA belongs into {setting}";

        X509Certificate2Collection between = [.. shown?.ChainElements.Select(static element => element.Certificate) ?? []];
        return CertificateCheck.IsSignedBy(certificate, between, authorities, now) ? null : $"is not signed by the CA in {setting}";
    }

    static string NamesOf(X509Certificate2 certificate)
    {
        if (certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is not { } names)
            return certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false);
        var all = names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static address => address.ToString()));
        return string.Join(", ", all);
    }
}
