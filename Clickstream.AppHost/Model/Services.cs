namespace Clickstream.AppHost.Model;

/// <summary>What the services of this application have in common.</summary>
static class Services
{
    // Of a container, which shares its ports with nobody; .NET's images use it, too.
    const int PublishedPort = 8080;

    /// <summary>A service of ours. It learns connection strings and nothing else of its servers, so that all modes inject the same.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var service = builder.AddProject<TProject>(name, static options => options.ExcludeLaunchProfile = true)
            .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString);
        if (builder.ExecutionContext.IsPublishMode)
        {
            return service.PublishAsDockerComposeService(static (_, compose) =>
            {
                compose.Restart = "unless-stopped";
                // What is in hand is stored first; Compose's own ten seconds may be too short for that.
                compose.StopGracePeriod = "30s";
            });
        }
        return service
            // Here somebody looks at traces; what is published need not pay for them.
            .WithEnvironment("Kafka__TraceLinks", "true")
            // Who exports that means the AppHost: a service would read it as well, whatever the mode.
            .WithEnvironment("Clickstream__TerraformOutputs", "");
    }

    public static IResourceBuilder<ProjectResource> WithServer(this IResourceBuilder<ProjectResource> service, Server server)
    {
        server.GiveTo(service);
        return service;
    }

    /// <summary>Where orchestrators ask for its health; ready means that its servers answer and it does its work.</summary>
    public static IResourceBuilder<ProjectResource> WithHealthEndpoint(this IResourceBuilder<ProjectResource> service) => service
        .WithHttpEndpoint(targetPort: service.ApplicationBuilder.ExecutionContext.IsPublishMode ? PublishedPort : null)
        .WithHttpHealthCheck("/health", endpointName: "http")
        .WithUrlForEndpoint("http", static url =>
        {
            url.Url += "/health";
            url.DisplayText = "Health";
        });

    /// <summary>Makes the tables and the topic, and ends.</summary>
    public static IResourceBuilder<ProjectResource> AsSchemaStep(this IResourceBuilder<ProjectResource> consumer) =>
        consumer.WithEnvironment("Consumer__SchemaOnly", "true");

    public static IResourceBuilder<ProjectResource> WaitForStep(this IResourceBuilder<ProjectResource> service, IResourceBuilder<ProjectResource>? step) =>
        step is null ? service : service.WaitForCompletion(step);

    /// <summary>As many processes here, and as many containers under Compose.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicasEverywhere(this IResourceBuilder<ProjectResource> service, int count)
    {
        service.WithReplicas(count);
        service.PublishAsDockerComposeService((_, compose) =>
            compose.Deploy = new Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm.Deploy { Replicas = count });
        return service;
    }
}
