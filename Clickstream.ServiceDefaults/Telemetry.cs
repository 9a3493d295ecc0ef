using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Clickstream.ServiceDefaults;

/// <summary>Metrics, traces and logs over OTLP, as the <c>OTEL_*</c> variables say. Without an endpoint nothing is set up and nothing costs.</summary>
static class Telemetry
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    const string ServiceNameVariable = "OTEL_SERVICE_NAME";

    public static void AddTelemetry(this WebApplicationBuilder builder, string serviceName)
    {
        if (!ServiceContext.Of(builder).HasTelemetry)
            return;

        builder.Logging.AddOpenTelemetry(static logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                // What the environment says has been read before this and must stay.
                if (string.IsNullOrWhiteSpace(builder.Configuration[ServiceNameVariable]))
                    resource.AddService(serviceName, autoGenerateServiceInstanceId: false);
            })
            .WithMetrics(static metrics => metrics
                .AddRuntimeInstrumentation()
                .AddAspNetCoreInstrumentation()
                .AddNpgsqlInstrumentation()
                .AddMeter("Clickstream.*"))
            // Npgsql's spans are one a command: the consumer's own are one a batch, and say more.
            .WithTracing(static tracing => tracing
                .AddAspNetCoreInstrumentation(static web => web.Filter = static request =>
                    !request.Request.Path.StartsWithSegments(ServiceDefaultsExtensions.HealthPath)
                    && !request.Request.Path.StartsWithSegments(ServiceDefaultsExtensions.AlivePath))
                .AddSource("Clickstream.*"))
            .UseOtlpExporter();
    }
}
