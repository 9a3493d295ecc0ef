using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Clickstream.Core.Settings;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// Where OpenSearch is and how it is spoken to. User and password move from the URI into a header right here, so that no URI that
/// is used, logged or part of an error ever holds them.
/// </summary>
sealed class OpenSearchConnection
{
    static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);

    // A cluster's name may stand for other machines tomorrow.
    static readonly TimeSpan s_connectionLifetime = TimeSpan.FromMinutes(5);

    readonly AuthenticationHeaderValue? _authorization;
    readonly X509Certificate2Collection _authorities;

    OpenSearchConnection(Uri address, AuthenticationHeaderValue? authorization, X509Certificate2Collection authorities) =>
        (Address, _authorization, _authorities) = (address, authorization, authorities);

    /// <summary>Ends with a slash; without credentials.</summary>
    public Uri Address { get; }

    public static OpenSearchConnection From(ServiceContext context, OpenSearchOptions options)
    {
        var (address, authorization) = Parse(context);
        var (_, authorities) = context.Certificates("OpenSearch:SslCaPem", options.SslCaPem);
        if (authorities.Count > 0 && address.Scheme != Uri.UriSchemeHttps)
            context.Refuse("OpenSearch:SslCaPem is set, and ConnectionStrings:opensearch does not ask for TLS; begin it with https://");
        return new(address, authorization, authorities);
    }

    /// <summary>A client for the life of the service. Its own time limit is off: each request brings one.</summary>
    public HttpClient CreateHttpClient() => CreateHttpClient("OpenSearch", Address, _authorization);

    /// <summary>A client of the cluster's Dashboards, which the same CA is trusted for.</summary>
    /// <param name="dashboards">Where they are; may carry user and password.</param>
    public HttpClient CreateDashboardsClient(Uri dashboards)
    {
        var (address, authorization) = Split(dashboards);
        return CreateHttpClient("OpenSearch Dashboards", address, authorization);
    }

    HttpClient CreateHttpClient(string server, Uri address, AuthenticationHeaderValue? authorization)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = s_connectTimeout,
            PooledConnectionLifetime = s_connectionLifetime,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        handler.SslOptions.RemoteCertificateValidationCallback = new ServerTrust(server, "OpenSearch:SslCaPem", _authorities, withSystem: true).Validate;
        var client = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = authorization;
        return client;
    }

    /// <summary>The user and the password are secrets, or lead to them.</summary>
    public override string ToString() => Address.ToString();

    static (Uri Address, AuthenticationHeaderValue? Authorization) Parse(ServiceContext context)
    {
        const string Nowhere = "http://localhost/";
        var text = context.ConnectionString("opensearch", "OpenSearch's URI");
        if (text.Length == 0)
            return (new Uri(Nowhere), null);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            // It may hold a password: it is not quoted.
            context.Refuse("ConnectionStrings:opensearch is not of the form http[s]://[user:password@]host[:port]; a user or password "
                + "with other characters than letters and digits must be percent-encoded");
            return (new Uri(Nowhere), null);
        }
        return Split(uri);
    }

    /// <summary>The address, which ends with a slash, and what was in it of user and password.</summary>
    static (Uri Address, AuthenticationHeaderValue? Authorization) Split(Uri uri)
    {
        var address = new UriBuilder(uri.Scheme, uri.Host, uri.Port, uri.AbsolutePath.TrimEnd('/') + "/").Uri;
        if (uri.UserInfo.Length == 0)
            return (address, null);
        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var user = Uri.UnescapeDataString(colon < 0 ? uri.UserInfo : uri.UserInfo[..colon]);
        var password = colon < 0 ? "" : Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]);
        return (address, new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))));
    }
}
