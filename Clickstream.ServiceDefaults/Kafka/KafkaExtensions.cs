using Clickstream.Core.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clickstream.ServiceDefaults;

/// <summary>Registers what a service needs to talk to Kafka.</summary>
public static class KafkaExtensions
{
    /// <summary>
    /// Adds <see cref="KafkaClients"/>, <see cref="KafkaTopics"/>, <see cref="KafkaOptions"/> and a health check, from
    /// <c>ConnectionStrings:kafka</c> and the section <c>Kafka</c>.
    /// </summary>
    public static WebApplicationBuilder AddKafka(this WebApplicationBuilder builder)
    {
        var context = ServiceContext.Of(builder);
        var options = builder.AddSettings(KafkaOptions.Read);
        var connection = KafkaConnection.From(context, options);

        builder.Services.AddSingleton(services => new KafkaClients(connection, context.ServiceName,
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<KafkaClients>>(), context.HasTelemetry && options.TraceLinks));
        builder.Services.AddSingleton(services => new KafkaTopics(services.GetRequiredService<KafkaClients>(),
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<KafkaTopics>>()));
        builder.Services.AddHealthChecks().AddCheck<KafkaHealthCheck>("kafka", timeout: TimeSpan.FromSeconds(5));
        return builder;
    }
}
