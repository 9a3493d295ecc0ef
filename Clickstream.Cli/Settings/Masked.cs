using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Clickstream.ServiceDefaults;
using Npgsql;
using StackExchange.Redis;

namespace Clickstream.Cli.Settings;

/// <summary>Settings as people may see them: without what is secret.</summary>
static class Masked
{
    const string Mask = "***";

    static readonly string[] s_npgsqlSecrets = ["Password", "SSL Password"];

    /// <summary>A setting's text without what is secret in it.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="value">Its text.</param>
    /// <param name="isKnown">It is one of ours. What is in another cannot be known.</param>
    public static string Text(string key, string value, bool isKnown) => key switch
    {
        _ when !isKnown => Mask,
        _ when Is(key, ConnectionKey.Database) => OfPostgres(value),
        _ when Is(key, ConnectionKey.Valkey) => OfValkey(value),
        _ when Is(key, ConnectionKey.OpenSearch) || key.EndsWith("Url", StringComparison.OrdinalIgnoreCase) => OfUri(value),
        _ when key.EndsWith("KeyPem", StringComparison.OrdinalIgnoreCase) => Mask,
        _ when key.EndsWith("Pem", StringComparison.OrdinalIgnoreCase) => OfCertificates(value),
        _ => value,
    };

    static bool Is(string key, string other) => key.Equals(other, StringComparison.OrdinalIgnoreCase);

    static string OfPostgres(string value)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(value);
            foreach (var keyword in s_npgsqlSecrets)
            {
                if (settings.ShouldSerialize(keyword))
                    settings[keyword] = Mask;
            }
            return settings.ConnectionString;
        }
        catch (ArgumentException)
        {
            return Mask;
        }
    }

    static string OfValkey(string value)
    {
        // A URI is no such string; what cannot be read may be a secret anywhere.
        if (value.Contains('@', StringComparison.Ordinal) || value.Contains("://", StringComparison.Ordinal))
            return Mask;
        try
        {
            return ConfigurationOptions.Parse(value, ignoreUnknown: false).ToString(includePassword: false);
        }
        catch (ArgumentException)
        {
            return Mask;
        }
    }

    static string OfUri(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return Mask;
        // A user alone may be a token.
        var user = uri.UserInfo.Contains(':', StringComparison.Ordinal) ? $"{uri.UserInfo.Split(':')[0]}:{Mask}@" : uri.UserInfo.Length > 0 ? $"{Mask}@" : "";
        var query = uri.Query.Length > 0 ? $"?{Mask}" : "";
        return user.Length + query.Length == 0 ? value : $"{uri.Scheme}://{user}{uri.Authority}{uri.AbsolutePath}{query}";
    }

    /// <summary>A certificate is no secret, but nobody reads it.</summary>
    static string OfCertificates(string value)
    {
        if (!Pem.TryNormalize(value, out var text))
            return Mask;
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(text);
        return certificates.Count == 0 ? Mask : string.Join("; ", certificates.Select(static certificate =>
            $"{certificate.Subject}, until {certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"));
    }
}
