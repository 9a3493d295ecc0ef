using System.Net;
using Clickstream.Cli.Output;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Checks;

/// <summary>OpenSearch, where it is enabled: reached, verified, and the password is right.</summary>
static class OpenSearchCheck
{
    public static async Task RunAsync(PipelineSettings settings, Clients clients, CheckLines lines, CancellationToken cancellationToken)
    {
        if (settings.OpenSearchConnection is null)
        {
            if (clients.OpenSearchOptions.Enabled)
                settings.RequireOpenSearch();
            lines.Absent("OpenSearch is not enabled");
            return;
        }
        try
        {
            var info = await clients.OpenSearch.InfoAsync(cancellationToken);
            var isEncrypted = clients.OpenSearch.Address.Scheme == Uri.UriSchemeHttps;
            lines.Passed($"OpenSearch {info.Version} at {Addresses.OfOpenSearch(clients.OpenSearch.Address.ToString())}: {(isEncrypted ? "TLS, verified" : "without TLS")}");
        }
        catch (OpenSearchException e) when (e.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new ClickstreamException(ExitCode.Unavailable,
                $"OpenSearch refuses: {e.Message}; check user and password in ConnectionStrings:opensearch", e);
        }
    }
}
