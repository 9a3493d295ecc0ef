using Clickstream.AppHost.Model.OpenSearch;
using Clickstream.Core.Errors;
using Clickstream.Core.Terraform;

namespace Clickstream.AppHost.Model;

/// <summary>OpenSearch, connection name <c>opensearch</c>.</summary>
sealed class SearchServer(IDistributedApplicationBuilder builder) : Server(builder, "opensearch")
{
    const int Port = 9200;

    public void RunAsContainer() => Use(Builder.AddOpenSearch(Name, Port)
        .WithDataVolume("clickstream-opensearch")
        .WithLifetime(ContainerLifetime.Persistent)
        .WithDashboards());

    /// <exception cref="ClickstreamException">Terraform was not told to make one.</exception>
    public void RunOnAiven(AivenProject aiven)
    {
        var search = aiven.Outputs.OpenSearch ?? throw new ClickstreamException(ExitCode.BadInput, TerraformOutputs.OpenSearchNotEnabled);
        var user = Uri.EscapeDataString(search.User);
        var password = aiven.Secret("opensearch-password", Uri.EscapeDataString(search.Password));
        UseAiven(aiven, ReferenceExpression.Create($"https://{user}:{password}@{search.Uri.Authority}/"), static checks => checks.OpenSearch());
        WithSecret("OpenSearch__SslCaPem", aiven.Authority);
        if (search.DashboardsUri is { } dashboards)
            Connection.WithUrl(dashboards.ToString(), "OpenSearch Dashboards");
    }

    public void RunEmbedded(EmbeddedInfrastructure local) => UseEmbedded(local);
}
