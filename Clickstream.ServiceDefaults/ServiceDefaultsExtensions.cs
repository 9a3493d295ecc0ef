using Clickstream.Core.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Clickstream.ServiceDefaults;

/// <summary>What every service has: telemetry, health endpoints, logging, settings, and an orderly end.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Where an orchestrator asks whether the service is ready: all health checks.</summary>
    public const string HealthPath = "/health";

    /// <summary>Where it asks whether the process is alive: the checks tagged <c>live</c>.</summary>
    public const string AlivePath = "/alive";

    /// <summary>How long a stop signal waits for work in progress.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Adds the defaults. <see cref="ServiceProgram"/> does this for services.</summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="serviceName">The service's name to Kafka, PostgreSQL and telemetry.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string serviceName)
    {
        ServiceContext.AddTo(builder, serviceName);
        builder.AddQuietConsole();
        builder.AddTelemetry(serviceName);
        builder.AddLoopbackEndpoint();

        builder.Services.Configure<HostOptions>(static host =>
        {
            host.ShutdownTimeout = ShutdownTimeout;
            // ServiceExit watches the workers: it stops the host and keeps the exception, which StopHost would lose.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        builder.Services.AddSingleton<ServiceExit>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks().AddCheck("self", static () => HealthCheckResult.Healthy(), ["live"]);
        return builder;
    }

    /// <summary>Maps the health endpoints, in every environment: whatever runs the service relies on them.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(HealthPath);
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = static check => check.Tags.Contains("live") });
        return app;
    }

    /// <summary>Has <see cref="ServiceProgram"/> map endpoints of the service's own when its host is built.</summary>
    public static WebApplicationBuilder AddEndpoints(this WebApplicationBuilder builder, Action<WebApplication> map)
    {
        ServiceContext.Of(builder).Endpoints.Add(map);
        return builder;
    }

    /// <summary>
    /// Reads a settings record once and registers it as a singleton. What is wrong with it stops the service at start, in one line
    /// together with all other settings' errors.
    /// </summary>
    public static T AddSettings<T>(this WebApplicationBuilder builder, Func<SettingsReader, T> read) where T : class
    {
        if (builder.Services.FirstOrDefault(static service => service.ServiceType == typeof(T))?.ImplementationInstance is T known)
            return known;
        var settings = read(ServiceContext.Of(builder).Settings);
        builder.Services.AddSingleton(settings);
        return settings;
    }

    // Health endpoints only, so a free port of this machine will do unless the user or an orchestrator names one.
    static void AddLoopbackEndpoint(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        if (configuration["urls"] is null && configuration["http_ports"] is null && configuration["https_ports"] is null
            && !configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls("http://127.0.0.1:0");
    }
}
