using System.Diagnostics;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.EndToEnd;

/// <summary>The servers die under the pipeline; it waits and goes on, and nothing is lost or doubled.</summary>
public sealed class BrokenServersTests(LocalInfrastructure infrastructure)
{
    readonly Random _random = new(20150918);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_right_when_PostgreSQL_is_killed_during_the_run()
    {
        await using var folder = new LocalDataFolder();
        await using var postgresql = await LocalProcess.StartAsync(folder.Path, ["--parts", "postgresql"], Cancelled);
        await using var pipeline = new PipelineHarness(
            await infrastructure.BootstrapServersAsync(Cancelled), postgresql.ConnectionString, await infrastructure.CreateTopicAsync(3, Cancelled));
        var events = TestEvents.Make(_random, 20_000);
        var input = TestEvents.Disturb(_random, events);
        pipeline.StartConsumer();
        pipeline.Produce(input.Take(10_000));
        await pipeline.WaitUntilSomeStoredAsync(1_000, Cancelled);

        using (var postmaster = Process.GetProcessById(postgresql.State.PostgreSql!.Pid))
            postmaster.Kill();
        pipeline.Produce(input.Skip(10_000));

        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
    }

    [Fact]
    public async Task Is_right_when_the_broker_is_killed_during_the_run()
    {
        await using var folder = new LocalDataFolder();
        var port = FreePort.Next();
        var broker = await LocalProcess.StartAsync(folder.Path, ["--parts", "kafka", "--kafka-port", $"{port}"], Cancelled);
        await using var pipeline = new PipelineHarness(broker.BootstrapServers, await infrastructure.CreateDatabaseAsync(Cancelled), LocalInfrastructure.UniqueName());
        var events = TestEvents.Make(_random, 20_000);
        var input = TestEvents.Disturb(_random, events);
        // Creates the topic.
        await pipeline.StartConsumer().WaitForErrorAsync(static line => line.Contains("assigned:", StringComparison.Ordinal), Cancelled);
        pipeline.Produce(input.Take(10_000));
        await pipeline.WaitUntilSomeStoredAsync(1_000, Cancelled);

        broker.Process.Kill();
        await broker.DisposeAsync();
        pipeline.Produce(input.Skip(10_000));
        await using var restarted = await LocalProcess.StartAsync(folder.Path, ["--parts", "kafka", "--kafka-port", $"{port}"], Cancelled);

        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
    }
}
