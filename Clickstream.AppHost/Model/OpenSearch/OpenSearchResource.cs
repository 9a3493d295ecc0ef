namespace Clickstream.AppHost.Model.OpenSearch;

/// <summary>A single OpenSearch node in a container, for development: without the security plugin, so without passwords and TLS.</summary>
sealed class OpenSearchResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    public const string EndpointName = "http";

    EndpointReference? _endpoint;

    public EndpointReference PrimaryEndpoint => _endpoint ??= new(this, EndpointName);

    /// <summary>Its URI.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{PrimaryEndpoint}");
}

/// <summary>OpenSearch Dashboards in a container.</summary>
sealed class OpenSearchDashboardsResource(string name) : ContainerResource(name);
