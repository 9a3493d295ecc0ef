using Clickstream.Core.Settings;
using Clickstream.Producer;
using Clickstream.ServiceDefaults;

return await ServiceProgram.RunAsync(args, "clickstream-producer", static builder =>
{
    builder.AddKafka();
    builder.AddSettings(ProducerOptions.Read);
    builder.Services.AddSingleton(ReplayConsole.System);
    builder.Services.AddSingleton<ProducerMetrics>();
    builder.Services.AddHostedService<ReplayWorker>();
});
