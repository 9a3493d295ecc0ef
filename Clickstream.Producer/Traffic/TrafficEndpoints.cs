using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;

namespace Clickstream.Producer.Traffic;

/// <summary>
/// What a producer is told over HTTP: <c>POST /replay?events=100000&amp;speed=0</c>, <c>POST /simulate?rate=100</c>, <c>POST /stop</c>. The
/// answer is a line for people, with status 202, or 400 where a number is not allowed. They are where the health endpoints are, on loopback
/// unless the user says otherwise, and ask nobody who he is: not for a producer that others can reach.
/// </summary>
static class TrafficEndpoints
{
    public static WebApplicationBuilder AddTraffic(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TrafficWorker>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<TrafficWorker>());
        return builder.AddEndpoints(static app =>
        {
            app.MapPost("/replay", static (HttpRequest request, TrafficWorker worker) =>
                Send(worker, request, static settings => TrafficSource.Sample(settings, NewSeed())));
            app.MapPost("/simulate", static (HttpRequest request, TrafficWorker worker, TimeProvider time) =>
                Send(worker, request, settings => TrafficSource.Simulation(settings, NewSeed(), time)));
            app.MapPost("/stop", static (TrafficWorker worker) =>
            {
                worker.StopSending();
                return Results.Text("Stopped", statusCode: StatusCodes.Status202Accepted);
            });
        });
    }

    static IResult Send(TrafficWorker worker, HttpRequest request, Func<SettingsReader, TrafficSource> read)
    {
        try
        {
            var source = read(new SettingsReader(key => request.Query[key]));
            worker.Send(source);
            return Results.Text($"Sending {source.Description}", statusCode: StatusCodes.Status202Accepted);
        }
        catch (ClickstreamException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    static long NewSeed() => Random.Shared.NextInt64();
}
