using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Chaos;

/// <summary>Connections to PostgreSQL that break at the worst moments.</summary>
public sealed class ConnectionCutTests(LocalInfrastructure infrastructure)
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    readonly Random _random = new(20150623);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task Cut_in_a_COPY_loses_nothing() => RunAsync(Moment.InCopy, times: 3, async (run, caught) =>
    {
        await run.UntilAsync(caught, static backend => backend is { State: "active", WaitEvent: "ClientRead", HasWritten: true }
            && backend.Query.StartsWith("COPY", StringComparison.Ordinal));
        caught.Cut();
        await run.UntilAsync(caught, static backend => backend is null);
    });

    [Fact]
    public Task Cut_before_COMMIT_loses_nothing() => RunAsync(Moment.BeforeCommit, times: 3, async (run, caught) =>
    {
        await run.UntilAsync(caught, static backend => backend is { State: "idle in transaction", HasWritten: true });
        caught.Cut();
        await run.UntilAsync(caught, static backend => backend is null);
    });

    [Fact]
    public Task A_lost_answer_to_COMMIT_doubles_nothing() => RunAsync(Moment.Committed, times: 3, async (run, caught) =>
    {
        await run.UntilAsync(caught, static backend => backend is { State: "idle", Query: "COMMIT", HasWritten: false });
        caught.Cut();
    });

    [Fact]
    public Task A_COMMIT_that_comes_when_its_client_has_begun_anew_doubles_nothing() => RunAsync(Moment.BeforeCommit, times: 3, async (run, caught) =>
    {
        caught.CutClient();
        await run.UntilAsync(caught, static backend => backend is { IsInTheWay: true });
        caught.Release();
        await run.Consumer.WaitForErrorAsync(static line => line.Contains("reading lanes again", StringComparison.Ordinal), Cancelled);
    });

    [Fact]
    public Task A_COMMIT_that_does_not_come_is_not_waited_for() => RunAsync(Moment.BeforeCommit, times: 1, async (run, caught) =>
    {
        caught.CutClient();
        await run.UntilAsync(caught, static backend => backend is null);
        caught.Release();
    });

    async Task RunAsync(Moment moment, int times, Func<Run, CaughtConnection, Task> then)
    {
        var connectionString = await infrastructure.CreateDatabaseAsync(Cancelled);
        await using var pipeline = new PipelineHarness(
            await infrastructure.BootstrapServersAsync(Cancelled), connectionString, await infrastructure.CreateTopicAsync(2, Cancelled));
        await using var consumer = Member.Start("consumer", pipeline, connectionString);
        var events = TestEvents.Make(_random, 4_000);
        var input = TestEvents.Disturb(_random, events);
        foreach (var part in input.Chunk((input.Count / times) + 1))
        {
            var catching = consumer.Proxy.CatchAsync(moment);
            pipeline.Produce(part);
            var caught = await catching.WaitAsync(s_limit, Cancelled);
            await then(new Run(pipeline, consumer.Process), caught);
        }
        consumer.Proxy.Disarm();

        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
    }

    sealed record Run(PipelineHarness Pipeline, ChildProcess Consumer)
    {
        public Task UntilAsync(CaughtConnection caught, Func<Backend?, bool> condition) => Eventually.TrueAsync(
            async () => condition(await Backend.FindAsync(Pipeline.Database, caught.BackendPort, Cancelled)), s_limit, "the backend is as expected");
    }
}
