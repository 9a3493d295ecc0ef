using Clickstream.AppHost.Commands;
using Clickstream.Core.Errors;

namespace Clickstream.AppHost.Model;

/// <summary>The producer is started by hand, and then waits for the dashboard's commands. It makes data, so it is not published.</summary>
static class ProducerCommands
{
    public static IResourceBuilder<ProjectResource> WithProducerCommands(this IResourceBuilder<ProjectResource> producer)
    {
        var endpoint = producer.GetEndpoint("http");
        return producer
            .WithEnvironment("Producer__Remote", "true")
            .WithExplicitStart()
            .WithTrafficCommand("replay-sample", "Replay sample", "Play", "Sends generated events, with their own timestamps",
                (context, stop) => TrafficControl.ReplayAsync(endpoint.Url, Argument(context, "events"), Argument(context, "speed"), stop),
                ("events", "Events", "100000"), ("speed", "Speed (1 is event time, 0 as fast as possible)", "0"))
            .WithTrafficCommand("simulate-traffic", "Simulate traffic", "People", "Sends what visitors do now, until it is stopped",
                (context, stop) => TrafficControl.SimulateAsync(endpoint.Url, Argument(context, "rate"), stop),
                ("rate", "Events a second", "100"))
            .WithTrafficCommand("stop-traffic", "Stop sending", "Stop", "Ends a replay or a simulation; the producer stays",
                (_, stop) => TrafficControl.StopAsync(endpoint.Url, stop))
            .ExcludeFromManifest();
    }

    static IResourceBuilder<ProjectResource> WithTrafficCommand(
        this IResourceBuilder<ProjectResource> producer, string name, string displayName, string icon, string description,
        Func<ExecuteCommandContext, CancellationToken, Task<string>> send, params (string Name, string Label, string Default)[] arguments) =>
        producer.WithCommand(name, displayName, context => RunAsync(context, send), new CommandOptions
        {
            Description = description,
            IconName = icon,
            IsHighlighted = true,
            Arguments = [.. arguments.Select(static argument => new InteractionInput
            {
                Name = argument.Name,
                Label = argument.Label,
                InputType = InputType.Number,
                Value = argument.Default,
            })],
            UpdateState = static context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                ? ResourceCommandState.Enabled
                : ResourceCommandState.Disabled,
        });

    static string? Argument(ExecuteCommandContext context, string name) =>
        context.Arguments.TryGetByName(name, out var argument) ? argument.Value : null;

    static async Task<ExecuteCommandResult> RunAsync(ExecuteCommandContext context, Func<ExecuteCommandContext, CancellationToken, Task<string>> send)
    {
        try
        {
            return CommandResults.Success(await send(context, context.CancellationToken));
        }
        catch (ClickstreamException e)
        {
            return CommandResults.Failure(e.Message);
        }
    }
}
