using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Chaos;

/// <summary>A consumer that is frozen in the middle of a COPY until its partitions are another's, and then goes on.</summary>
public sealed class ZombieTests(LocalInfrastructure infrastructure)
{
    readonly Random _random = new(20150714);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_zombies_batch_is_not_stored_beside_its_heirs_and_the_heir_waits_a_few_seconds_only()
    {
        var connectionString = await infrastructure.CreateDatabaseAsync(Cancelled);
        await using var pipeline = new PipelineHarness(
            await infrastructure.BootstrapServersAsync(Cancelled), connectionString, await infrastructure.CreateTopicAsync(3, Cancelled));
        var events = TestEvents.Make(_random, 10_000);
        var input = TestEvents.Disturb(_random, events);
        await using var first = Member.Start("first", pipeline, connectionString);
        pipeline.Produce(input.Take(2_000));
        await pipeline.WaitUntilSomeStoredAsync(1, Cancelled);

        var catching = first.Proxy.CatchAsync(Moment.InCopy);
        pipeline.Produce(input.Skip(2_000).Take(4_000));
        pipeline.Flush();
        var caught = await catching.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        await using var heir = Member.Start("heir", pipeline, connectionString);
        await using var zombie = await Zombie.FreezeAsync(first, caught, pipeline, () => [heir], Cancelled);
        await zombie.WaitForHeirsAsync(Cancelled);
        var waited = await zombie.WakeAsync(connectionFirst: false);
        Assert.True(waited > TimeSpan.FromSeconds(1), $"the heir waited {waited}");

        // Once it has found out, it is a member like any other.
        await Eventually.TrueAsync(() => first.Partitions.Count is 1 or 2, TimeSpan.FromSeconds(60));
        pipeline.Produce(input.Skip(6_000));
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
        Assert.Contains("ended 1 database session(s) that held offset rows", heir.Process.Error, StringComparison.Ordinal);
        Assert.False(first.Process.HasExited);
    }
}
