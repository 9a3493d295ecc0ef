using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Clickstream.Core.Settings;

/// <summary>A PEM text and what the user calls it, such as <c>Kafka:SslKeyPem</c>.</summary>
public readonly record struct NamedPem(string Name, string Text)
{
    /// <summary>The text may be a private key.</summary>
    public override string ToString() => Name;
}

/// <summary>
/// What is wrong with certificates before anybody connects with them: a server that refuses one says little, and often just hangs up.
/// </summary>
public static class CertificateCheck
{
    /// <summary>The certificates of a PEM text.</summary>
    /// <param name="pem">One or more of them.</param>
    /// <param name="now">A text of which every certificate has expired by now is of no use.</param>
    /// <param name="certificates">What is in it; empty where it cannot be read.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Read(NamedPem pem, DateTimeOffset now, out X509Certificate2Collection certificates)
    {
        certificates = [];
        try
        {
            certificates.ImportFromPem(pem.Text);
        }
        catch (CryptographicException)
        {
            // Reported as an empty collection is.
        }
        if (certificates.Count == 0)
            return $"{pem.Name} holds no certificate that can be read";
        return certificates.All(certificate => certificate.NotAfter.ToUniversalTime() < now.UtcDateTime)
            ? $"the certificate in {pem.Name} {NotInForce(certificates.MaxBy(static certificate => certificate.NotAfter)!, now)}"
            : null;
    }

    /// <summary>Checks a client's certificate: that it is in force, that the key is its own and that the authority has signed it.</summary>
    /// <param name="authority">The CA's certificate; null where it is not known.</param>
    /// <param name="certificate">The client's certificate, and those between it and the authority's.</param>
    /// <param name="key">Its private key, unencrypted.</param>
    /// <param name="now">The time.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Find(NamedPem? authority, NamedPem certificate, NamedPem key, DateTimeOffset now)
    {
        X509Certificate2Collection authorities = [];
        if (authority is { } ca && Read(ca, now, out authorities) is { } wrongAuthority)
            return wrongAuthority;
        if (Read(certificate, now, out var chain) is { } wrong)
            return wrong;
        var own = chain[0];
        if (NotInForce(own, now) is { } notInForce)
            return $"the certificate in {certificate.Name} {notInForce}";
        if (!AreOnePair(certificate.Text, key.Text))
            return $"{key.Name} is not the private key, unencrypted, of the certificate in {certificate.Name}";
        return authority is { } signer && !IsSignedBy(own, chain, authorities, now)
            ? $"the certificate in {certificate.Name} is not signed by the CA in {signer.Name}"
            : null;
    }

    /// <summary>Why a certificate is not valid at a time: <c>expired on</c> or <c>is not valid before</c>, and when; null where it is.</summary>
    public static string? NotInForce(X509Certificate2 certificate, DateTimeOffset now) =>
        certificate.NotAfter.ToUniversalTime() < now.UtcDateTime ? $"expired on {Text(certificate.NotAfter)}"
        : certificate.NotBefore.ToUniversalTime() > now.UtcDateTime ? $"is not valid before {Text(certificate.NotBefore)}; check this machine's clock"
        : null;

    /// <summary>Whether one of some authorities has signed a certificate. Neither revocations are asked for nor missing links fetched.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="between">Those that may stand between it and the authority's.</param>
    /// <param name="authorities">Who is trusted, and nobody else.</param>
    /// <param name="now">The time.</param>
    public static bool IsSignedBy(
        X509Certificate2 certificate, X509Certificate2Collection between, X509Certificate2Collection authorities, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(between);
        // As for the system's roots, whose answer .NET gives without asking for revocations.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // Nothing is fetched from addresses that a certificate names.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        return chain.Build(certificate);
    }

    static bool AreOnePair(string certificate, string key)
    {
        try
        {
            X509Certificate2.CreateFromPem(certificate, key).Dispose();
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    static string Text(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
