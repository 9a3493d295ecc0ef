using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Clickstream.Core.Errors;
using Confluent.Kafka;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// Why TLS fails in a way that no repetition mends: one side does not accept the other's certificate. librdkafka goes on trying for
/// ever, and has the same words for a CA that does not match and for another host name.
/// </summary>
static class KafkaRefusal
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3);

    /// <summary>Whether librdkafka's reason for a failed connection is of this kind.</summary>
    public static bool IsRefusal(string reason) =>
        reason.Contains("certificate verify failed", StringComparison.Ordinal) || IsAboutClientCertificate(AlertOf(reason));

    /// <summary>Says it in words that a user can act on.</summary>
    /// <param name="broker">host:port.</param>
    /// <param name="reason">librdkafka's.</param>
    /// <param name="connection">What was tried.</param>
    /// <param name="cancellationToken">Ends the look at the broker's certificate.</param>
    public static async Task<ClickstreamException> ExplainAsync(
        string broker, string reason, KafkaConnection connection, CancellationToken cancellationToken) => new(ExitCode.Unavailable,
            AlertOf(reason) is 0 ? $"{await WhatIsWrongWithAsync(broker, connection, cancellationToken)} ({broker}); check ConnectionStrings:kafka and Kafka:SslCaPem"
            : connection.CertificatePem is null ? $"Kafka at {broker} wants a client certificate; set Kafka:SslCertificatePem and Kafka:SslKeyPem"
            : $"Kafka at {broker} does not accept the client certificate in Kafka:SslCertificatePem: another CA has signed it, it has expired, or it was revoked");

    /// <summary>
    /// What to think of brokers that cannot be reached, and of which librdkafka has nothing to tell: one that hangs up once it has seen what
    /// the client shows may want another certificate, and not say so, as .NET's TLS does, and proxies do.
    /// </summary>
    /// <returns>Null where that is not the reason.</returns>
    public static async Task<ClickstreamException?> FindHangUpAsync(KafkaConnection connection, CancellationToken cancellationToken)
    {
        if (connection.SecurityProtocol != SecurityProtocol.Ssl)
            return null;
        var broker = connection.BootstrapServers.Split(',')[0].Trim();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            using var own = connection is { CertificatePem: { } certificate, KeyPem: { } key } ? X509Certificate2.CreateFromPem(certificate, key) : null;
            await using var tls = await OpenAsync(broker, connection, own, limit.Token);
            // A broker waits for the client to begin.
            await tls.ReadExactlyAsync(new byte[1], limit.Token);
            return null;
        }
        catch (Exception e) when (e is SocketException or AuthenticationException or FormatException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
        catch (IOException e)
        {
            return new(ExitCode.Unavailable, $"Kafka at {broker} hangs up when TLS is agreed upon; " + (connection.CertificatePem is null
                ? "it may want a client certificate: set Kafka:SslCertificatePem and Kafka:SslKeyPem"
                : "it may not accept the client certificate in Kafka:SslCertificatePem"), e);
        }
    }

    /// <summary>Looks at the certificate itself: librdkafka does not say.</summary>
    static async Task<string> WhatIsWrongWithAsync(string broker, KafkaConnection connection, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            await using var tls = await OpenAsync(broker, connection, null, limit.Token);
        }
        catch (ServerTrustException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or FormatException or OperationCanceledException)
        {
            // It has changed its mind, or is gone.
        }
        cancellationToken.ThrowIfCancellationRequested();
        return "Kafka's certificate cannot be verified";
    }

    /// <summary>Agrees on TLS with a broker as librdkafka does.</summary>
    static async Task<SslStream> OpenAsync(string broker, KafkaConnection connection, X509Certificate2? own, CancellationToken cancellationToken)
    {
        var authorities = new X509Certificate2Collection();
        if (connection.CaPem is { } pem)
            authorities.ImportFromPem(pem);
        var colon = broker.LastIndexOf(':');
        var host = broker[..Math.Max(0, colon)];
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, int.Parse(broker.AsSpan(colon + 1), CultureInfo.InvariantCulture), cancellationToken);
            var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    ClientCertificates = own is null ? null : [own],
                    RemoteCertificateValidationCallback = new ServerTrust("Kafka", "Kafka:SslCaPem", authorities, withSystem: false).Validate,
                },
                cancellationToken);
            return tls;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    // https://www.rfc-editor.org/rfc/rfc8446#appendix-B.2: bad_certificate, unsupported_certificate, certificate_revoked,
    // certificate_expired, certificate_unknown, unknown_ca, access_denied, certificate_required.
    static bool IsAboutClientCertificate(int alert) => alert is (>= 42 and <= 46) or 48 or 49 or 116;

    static int AlertOf(string reason)
    {
        const string Mark = "SSL alert number ";
        var at = reason.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
            return 0;
        var digits = reason.AsSpan(at + Mark.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var alert) ? alert : 0;
    }
}
