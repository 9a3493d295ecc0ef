using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;

namespace Clickstream.Producer;

/// <summary>Registers what a replay needs.</summary>
static class ReplayExtensions
{
    public static WebApplicationBuilder AddReplay(this WebApplicationBuilder builder)
    {
        builder.AddKafka();
        builder.AddSettings(ProducerOptions.Read);
        builder.Services.AddSingleton(ReplayConsole.System);
        builder.Services.AddSingleton<ProducerMetrics>();
        builder.Services.AddHostedService<ReplayWorker>();
        return builder;
    }
}
