using Clickstream.Cli.Search;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Clickstream.Tests.Cli;

public sealed class SavedObjectImportTests : IDisposable
{
    readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Dashboards_of_the_given_authority_are_trusted_and_no_others()
    {
        using var other = new TestAuthority();
        await using var server = await HttpStub.StartAsync(
            static context => context.Response.WriteAsync(context.Request.Headers.Authorization == "Basic dTpw" ? """{"success":true}""" : "", context.RequestAborted),
            _authority.IssueServer("localhost").ToCertificate());
        var port = server.Uri.Port;
        Assert.True(await ImportAsync($"https://u:p@localhost:{port}", _authority));

        var e = await Assert.ThrowsAsync<ClickstreamException>(() => ImportAsync($"https://u:p@localhost:{port}", other));
        Assert.Equal($"OpenSearch Dashboards' certificate is not signed by the CA in OpenSearch:SslCaPem (https://localhost:{port}/); "
            + "check OpenSearch:DashboardsUrl and OpenSearch:SslCaPem", e.Message);
        e = await Assert.ThrowsAsync<ClickstreamException>(() => ImportAsync($"https://u:p@127.0.0.1:{port}", _authority));
        Assert.StartsWith("OpenSearch Dashboards' certificate is for localhost, not for 127.0.0.1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_speaks_no_tls_is_not_taken_for_nobody()
    {
        await using var server = await HttpStub.StartAsync(static context => context.Response.WriteAsync("{}", context.RequestAborted));
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => ImportAsync($"https://localhost:{server.Uri.Port}", _authority));
        Assert.StartsWith($"https://localhost:{server.Uri.Port}/ does not speak TLS as it should", e.Message, StringComparison.Ordinal);
        Assert.False(await ImportAsync("https://localhost:1", _authority));
    }

    static async Task<bool> ImportAsync(string dashboards, TestAuthority authority)
    {
        var context = new ServiceContext("test", new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:opensearch", "https://localhost:9")]).Build());
        var connection = OpenSearchConnection.From(context, new OpenSearchOptions(true, "clickstream", authority.Pem));
        context.ThrowIfInvalid();
        using var http = connection.CreateDashboardsClient(new(dashboards));
        return await SavedObjectImport.RunAsync(http, TestContext.Current.CancellationToken);
    }
}
