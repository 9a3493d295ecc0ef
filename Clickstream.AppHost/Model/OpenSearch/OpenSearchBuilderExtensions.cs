namespace Clickstream.AppHost.Model.OpenSearch;

/// <summary>Adds OpenSearch to an application.</summary>
static class OpenSearchBuilderExtensions
{
    const int Port = 9200;
    const int DashboardsPort = 5601;
    const string DataDirectory = "/usr/share/opensearch/data";

    /// <summary>Adds a node, healthy when its cluster says so.</summary>
    public static IResourceBuilder<OpenSearchResource> AddOpenSearch(this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null) => builder
        .AddResource(new OpenSearchResource(name))
        .WithImage(ImageTags.OpenSearchImage, ImageTags.OpenSearch)
        .WithImageRegistry(ImageTags.OpenSearchRegistry)
        .WithHttpEndpoint(port: port, targetPort: Port, name: OpenSearchResource.EndpointName)
        .WithEnvironment("discovery.type", "single-node")
        .WithEnvironment("DISABLE_SECURITY_PLUGIN", "true")
        .WithEnvironment("DISABLE_INSTALL_DEMO_CONFIG", "true")
        .WithEnvironment("OPENSEARCH_JAVA_OPTS", "-Xms512m -Xmx512m")
        // A red cluster answers, too, but not to this.
        .WithHttpHealthCheck("/_cluster/health?wait_for_status=yellow&timeout=2s", endpointName: OpenSearchResource.EndpointName);

    public static IResourceBuilder<OpenSearchResource> WithDataVolume(this IResourceBuilder<OpenSearchResource> search, string name) =>
        search.WithVolume(name, DataDirectory);

    /// <summary>Adds OpenSearch Dashboards, which is for looking at: it is not published.</summary>
    public static IResourceBuilder<OpenSearchResource> WithDashboards(this IResourceBuilder<OpenSearchResource> search)
    {
        search.ApplicationBuilder.AddResource(new OpenSearchDashboardsResource($"{search.Resource.Name}-dashboards"))
            .WithImage(ImageTags.OpenSearchDashboardsImage, ImageTags.OpenSearchDashboards)
            .WithImageRegistry(ImageTags.OpenSearchRegistry)
            .WithHttpEndpoint(port: DashboardsPort, targetPort: DashboardsPort, name: OpenSearchResource.EndpointName)
            .WithEnvironment("OPENSEARCH_HOSTS", ReferenceExpression.Create($"[\"{search.Resource.PrimaryEndpoint}\"]"))
            .WithEnvironment("DISABLE_SECURITY_DASHBOARDS_PLUGIN", "true")
            .WithHttpHealthCheck("/api/status", endpointName: OpenSearchResource.EndpointName)
            .WithLifetime(ContainerLifetime.Persistent)
            .WithUrlForEndpoint(OpenSearchResource.EndpointName, static url => url.DisplayText = "OpenSearch Dashboards")
            .WithParentRelationship(search)
            .WaitFor(search)
            .ExcludeFromManifest();
        return search;
    }
}
