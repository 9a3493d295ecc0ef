using Clickstream.Tests.EndToEnd;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Clickstream.Tests.Chaos;

/// <summary>Does to a running pipeline what a round's plan says.</summary>
sealed class FaultInjector(Fleet fleet, ChaosBroker broker, ChaosPostgres postgres, PipelineHarness pipeline, Random random, Action<string> say)
    : IAsyncDisposable
{
    static readonly TimeSpan s_snareLimit = TimeSpan.FromSeconds(10);

    Zombie? _zombie;

    /// <summary>Does it, and produces while it lasts.</summary>
    public async Task InjectAsync(Fault fault, Action produce, CancellationToken cancellationToken)
    {
        switch (fault)
        {
            case Fault.KillConsumer:
                KillConsumer();
                produce();
                break;
            case Fault.AddConsumer:
                say($"{fleet.Start()} is added");
                produce();
                break;
            case Fault.RemoveConsumer:
                await RemoveConsumerAsync(produce, cancellationToken);
                break;
            case Fault.PauseConsumer:
                await PauseConsumerAsync(produce, cancellationToken);
                break;
            case Fault.FreezeInCopy:
                await FreezeAsync(Moment.InCopy, produce, cancellationToken);
                break;
            case Fault.FreezeBeforeCommit:
                await FreezeAsync(Moment.BeforeCommit, produce, cancellationToken);
                break;
            case Fault.FreezeCommitted:
                await FreezeAsync(Moment.Committed, produce, cancellationToken);
                break;
            case Fault.CutInCopy:
                await CutAsync(Moment.InCopy, produce, cancellationToken);
                break;
            case Fault.CutBeforeCommit:
                await CutAsync(Moment.BeforeCommit, produce, cancellationToken);
                break;
            case Fault.LoseAnswer:
                await CutAsync(Moment.Committed, produce, cancellationToken);
                break;
            case Fault.DelayCommit:
                await DelayCommitAsync(produce, cancellationToken);
                break;
            case Fault.KillBroker:
                await KillBrokerAsync(produce, cancellationToken);
                break;
            case Fault.KillPostgres:
            case Fault.StopPostgres:
                say($"PostgreSQL: {fault}");
                postgres.Kill(immediate: fault == Fault.StopPostgres);
                produce();
                break;
            case Fault.AddPartitions:
                await AddPartitionsAsync(cancellationToken);
                produce();
                break;
        }
    }

    /// <summary>Ends what faults have begun.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        if (_zombie is not { } zombie)
            return;
        await zombie.WaitForHeirsAsync(cancellationToken);
        say($"others have gone on with the partitions of {zombie.Member}; it wakes");
        var waited = await zombie.WakeAsync(connectionFirst: random.Next(2) == 0);
        say($"it knows; the others' longest wait for a lock was {waited.TotalSeconds:F1} s");
    }

    public ValueTask DisposeAsync() => _zombie?.DisposeAsync() ?? ValueTask.CompletedTask;

    void KillConsumer()
    {
        var victim = fleet.Pick();
        fleet.Kill(victim);
        say($"{victim} is killed, {fleet.Start()} is added");
    }

    async Task RemoveConsumerAsync(Action produce, CancellationToken cancellationToken)
    {
        var victim = fleet.Pick(toGo: true);
        say($"{victim} is told to stop");
        var stopped = fleet.StopAsync(victim, cancellationToken);
        produce();
        await stopped;
    }

    async Task PauseConsumerAsync(Action produce, CancellationToken cancellationToken)
    {
        var victim = fleet.Pick();
        var length = Seconds(1, 4);
        say($"{victim} stands still for {length.TotalSeconds:F1} s");
        victim.Freeze();
        produce();
        await Task.Delay(length, cancellationToken);
        victim.Thaw();
    }

    async Task FreezeAsync(Moment moment, Action produce, CancellationToken cancellationToken)
    {
        if (await CatchAsync(moment, produce, cancellationToken) is not var (member, connection))
            return;
        _zombie = await Zombie.FreezeAsync(member, connection, pipeline, () => fleet.Live, cancellationToken);
        say($"{member} is frozen, {moment}, with partition(s) {string.Join(' ', member.Partitions)}");
        if (fleet.Live.Count == 0)
            say($"{fleet.Start()} is added");
    }

    async Task CutAsync(Moment moment, Action produce, CancellationToken cancellationToken)
    {
        if (await CatchAsync(moment, produce, cancellationToken) is not var (member, connection))
            return;
        say($"a connection of {member} is cut, {moment}");
        connection.Cut();
    }

    async Task DelayCommitAsync(Action produce, CancellationToken cancellationToken)
    {
        if (await CatchAsync(Moment.BeforeCommit, produce, cancellationToken) is not var (member, connection))
            return;
        // Before or after the two seconds for which a batch waits for another holder of its rows.
        var length = Seconds(0, 3);
        say($"a connection of {member} is cut, its COMMIT comes {length.TotalSeconds:F1} s later");
        connection.CutClient();
        await Task.Delay(length, cancellationToken);
        connection.Release();
    }

    async Task KillBrokerAsync(Action produce, CancellationToken cancellationToken)
    {
        say("the broker is killed");
        await broker.KillAsync();
        produce();
        await broker.StartAsync(cancellationToken);
        say("the broker is back");
    }

    async Task AddPartitionsAsync(CancellationToken cancellationToken)
    {
        var count = pipeline.LogEnds().Count;
        var more = random.Next(count + 1, (2 * count) + 1);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = pipeline.Topic, IncreaseTo = more }]).WaitAsync(cancellationToken);
        say($"from {count} to {more} partitions");
    }

    async Task<(Member Member, CaughtConnection Connection)?> CatchAsync(Moment moment, Action produce, CancellationToken cancellationToken)
    {
        var snare = Snare.Set(fleet.Live, moment);
        produce();
        var caught = await snare.WaitAsync(s_snareLimit, cancellationToken);
        if (caught is null)
            say($"nothing was caught, {moment}");
        return caught;
    }

    TimeSpan Seconds(double from, double to) => TimeSpan.FromSeconds(from + (random.NextDouble() * (to - from)));
}
