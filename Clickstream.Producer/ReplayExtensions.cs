using Clickstream.Core.Settings;
using Clickstream.Producer.Traffic;
using Clickstream.ServiceDefaults;

namespace Clickstream.Producer;

/// <summary>Registers what a replay needs, or what a producer needs that is told what to send.</summary>
static class ReplayExtensions
{
    public static WebApplicationBuilder AddReplay(this WebApplicationBuilder builder)
    {
        builder.AddKafka();
        builder.Services.AddSingleton<ProducerMetrics>();
        if (builder.AddSettings(ProducerOptions.Read).Remote)
            return builder.AddTraffic();
        builder.Services.AddSingleton(ReplayConsole.System);
        builder.Services.AddHostedService<ReplayWorker>();
        return builder;
    }
}
