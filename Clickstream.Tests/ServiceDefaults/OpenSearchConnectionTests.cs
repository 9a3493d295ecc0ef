using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Clickstream.Tests.ServiceDefaults;

public class OpenSearchConnectionTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://localhost:9200", "http://localhost:9200/", null)]
    [InlineData("https://u:p@search.example:443/base/", "https://search.example/base/", "u:p")]
    [InlineData("https://avnadmin:a%2Fb%3Ac%40d@h", "https://h/", "avnadmin:a/b:c@d")]
    [InlineData("http://token@h:1", "http://h:1/", "token:")]
    public void User_and_password_go_into_a_header_and_out_of_the_address(string uri, string address, string? credentials)
    {
        var connection = Connect(uri, null);
        Assert.Equal(address, connection.Address.ToString());
        Assert.Equal(address, connection.ToString());
        using var http = connection.CreateHttpClient();
        Assert.Equal(address, http.BaseAddress!.ToString());
        var header = http.DefaultRequestHeaders.Authorization?.Parameter;
        Assert.Equal(credentials, header is null ? null : System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(header)));
    }

    [Theory]
    [InlineData("u:hunter2@h")]
    [InlineData("ftp://u:hunter2@h")]
    [InlineData("http://u:hunter2@h/?x=1")]
    [InlineData("http://u:hunter2@h/#x")]
    [InlineData("http://u:hunt#er2@h")]
    public void What_is_no_such_uri_is_refused_without_being_quoted(string uri)
    {
        var e = Assert.Throws<ClickstreamException>(() => Connect(uri, null));
        Assert.StartsWith("ConnectionStrings:opensearch is not of the form ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunt", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_the_given_authority_is_trusted_and_no_other()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a search server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = await HttpStub.StartAsync(static context => context.Response.WriteAsync("{}", context.RequestAborted), certificate);
        var port = server.Uri.Port;

        Assert.Equal(HttpStatusCode.OK, await GetAsync($"https://localhost:{port}", certificate.ExportCertificatePem()));
        // Another authority, none but the system's, and the right one for another name.
        Assert.Null(await GetAsync($"https://localhost:{port}", TestCertificate.CreatePem()));
        Assert.Null(await GetAsync($"https://localhost:{port}", null));
        Assert.Null(await GetAsync($"https://127.0.0.1:{port}", certificate.ExportCertificatePem()));
    }

    static async Task<HttpStatusCode?> GetAsync(string uri, string? authority)
    {
        using var http = Connect(uri, authority).CreateHttpClient();
        try
        {
            using var response = await http.GetAsync("", Cancelled);
            return response.StatusCode;
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            return null;
        }
    }

    static OpenSearchConnection Connect(string uri, string? authority)
    {
        var context = new ServiceContext("clickstream-test", new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:opensearch", uri)]).Build());
        var connection = OpenSearchConnection.From(context, new OpenSearchOptions(true, "clickstream", authority));
        context.ThrowIfInvalid();
        return connection;
    }
}
