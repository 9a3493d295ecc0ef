using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Clickstream.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.AppHost.Model;

/// <summary>The dashboard's commands, given as the dashboard gives them, by the model alone.</summary>
public sealed class CommandTests(LocalInfrastructure local) : IAsyncDisposable
{
    readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task A_traffic_command_asks_the_producer_for_what_was_filled_in()
    {
        await using var producer = await HttpStub.StartAsync(static context =>
        {
            context.Response.StatusCode = context.Request.Path == "/stop" ? StatusCodes.Status400BadRequest : StatusCodes.Status202Accepted;
            return context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        });
        await using var model = await AppHostModel.RunAsync("embedded");
        var endpoint = Assert.Single(model["producer"].Annotations.OfType<EndpointAnnotation>());
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "127.0.0.1", producer.Uri.Port);

        Assert.Equal((true, "POST /replay?events=100000&speed=0"), await GiveAsync(model.Command("producer", "replay-sample")));
        Assert.Equal((true, "POST /replay?events=7&speed=2"), await GiveAsync(model.Command("producer", "replay-sample"), ("events", "7"), ("speed", "2")));
        Assert.Equal((true, "POST /simulate?rate=50"), await GiveAsync(model.Command("producer", "simulate-traffic"), ("rate", "50")));
        // What it refuses is shown as it says it.
        Assert.Equal((false, "POST /stop"), await GiveAsync(model.Command("producer", "stop-traffic")));
    }

    [Theory]
    [InlineData("Running", ResourceCommandState.Enabled)]
    [InlineData("NotStarted", ResourceCommandState.Disabled)]
    public async Task Traffic_is_for_a_producer_that_runs(string state, ResourceCommandState expected)
    {
        await using var model = await AppHostModel.RunAsync("embedded");
        foreach (var command in (string[])["replay-sample", "simulate-traffic", "stop-traffic"])
        {
            Assert.Equal(expected, model.Command("producer", command).UpdateState(new UpdateCommandStateContext
            {
                ResourceSnapshot = new CustomResourceSnapshot { ResourceType = "Project", State = state, Properties = [] },
                Services = _services,
            }));
        }
    }

    [Fact]
    public async Task Sessions_are_verified_on_the_servers_of_the_application()
    {
        var process = await local.GetAsync(_stop);
        var (kafka, postgres) = (process.BootstrapServers.Split(':')[1], process.State.PostgreSql!.Port);
        await using var model = await AppHostModel.RunAsync("embedded", $"--CLICKSTREAM_DATA_DIR={process.DataDirectory}",
            $"--Clickstream:Ports:Kafka={kafka}", $"--Clickstream:Ports:PostgreSql={postgres}");
        // Nobody has made tables in the database of that name, and that is what the command finds there.
        var (isDone, message) = await GiveAsync(model.Command("clickstream", "verify-sessions"));
        Assert.False(isDone);
        Assert.Equal("schema clickstream holds no clickstream tables; a consumer makes them when it starts: clickstream up --detach", message);
    }

    async Task<(bool IsDone, string? Message)> GiveAsync(ResourceCommandAnnotation command, params (string Name, string Value)[] arguments)
    {
        foreach (var (name, value) in arguments)
            Assert.Single(command.Arguments, argument => argument.Name == name).Value = value;
        var result = await command.ExecuteCommand(new ExecuteCommandContext
        {
            Services = _services,
            ResourceName = "",
            CancellationToken = _stop,
            Logger = NullLogger.Instance,
            Arguments = new InteractionInputCollection(command.Arguments),
        });
        return (result.Success, result.Message);
    }
}
