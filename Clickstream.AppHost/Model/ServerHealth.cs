using Clickstream.AppHost.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Clickstream.AppHost.Model;

/// <summary>Gives a resource a health check that speaks its server's protocol.</summary>
static class ServerHealth
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>Healthy means that the server answers, with the services' own credentials.</summary>
    public static IResourceBuilder<T> WithServerCheck<T>(
        this IResourceBuilder<T> resource, string key, ServerChecks checks, Func<ServerChecks, IHealthCheck> check) where T : IResource
    {
        var lazy = new Lazy<IHealthCheck>(() => check(checks));
        resource.ApplicationBuilder.Services.AddHealthChecks()
            .Add(new HealthCheckRegistration(key, _ => lazy.Value, HealthStatus.Unhealthy, tags: null, s_limit));
        return resource.WithHealthCheck(key);
    }
}
