using System.Diagnostics;
using System.Globalization;
using System.Text;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Clickstream.Tests.Chaos;

/// <summary>
/// One round: a topic and a database of its own, consumers as processes, the plan's records, and its faults meanwhile. Afterwards
/// everything must be exactly right, as if nothing had happened.
/// </summary>
sealed class ChaosRound(ChaosPlan plan, ChaosBroker broker, ChaosPostgres postgres)
{
    static readonly TimeSpan s_progressLimit = TimeSpan.FromSeconds(1.5);
    static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(90);

    readonly StringBuilder _log = new();
    readonly long _start = Stopwatch.GetTimestamp();
    // The faults' details. Which consumer is where when they are drawn, no seed decides.
    readonly Random _random = new(~plan.Seed);

    /// <summary>What happened so far, a line each.</summary>
    public string Log => _log.ToString();

    /// <summary>Runs it, and cleans up after it.</summary>
    /// <exception cref="InvalidOperationException">Something was not right; the message has the seed and all that happened.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var name = LocalInfrastructure.UniqueName();
        Say($"{broker.Name}, {plan}");
        try
        {
            await RunAsync(name, cancellationToken);
        }
        finally
        {
            if (!broker.IsRunning)
                await broker.StartAsync(cancellationToken);
            await postgres.DropDatabaseAsync(name, cancellationToken);
            using var admin = CreateAdmin();
            await admin.DeleteTopicsAsync([name]).WaitAsync(cancellationToken);
        }
    }

    /// <summary>The plan, and how long it took so far.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{broker.Name}, {plan}: {Stopwatch.GetElapsedTime(_start).TotalSeconds:F1} s");

    async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        var connectionString = await postgres.CreateDatabaseAsync(name, cancellationToken);
        using (var admin = CreateAdmin())
        {
            var topic = new TopicSpecification { Name = name, NumPartitions = plan.Partitions, ReplicationFactor = 1 };
            await admin.CreateTopicsAsync([topic]).WaitAsync(cancellationToken);
        }
        await using var pipeline = new PipelineHarness(broker.BootstrapServers, connectionString, name);
        pipeline.Settings["Consumer__MaxBatchSize"] = plan.MaxBatchSize.ToString(CultureInfo.InvariantCulture);
        pipeline.Settings["Consumer__AllowedLateness"] = plan.AllowedLateness;
        await using var fleet = new Fleet(pipeline, connectionString, _random);
        try
        {
            await RunAsync(pipeline, fleet, cancellationToken);
            await new Verification(pipeline, plan.Input, broker.BootstrapServers).RunAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException(
                $"{e.Message}\nonce more: CLICKSTREAM_CHAOS_ROUNDS=1 CLICKSTREAM_CHAOS_SEED={plan.Seed} (ChaosLongRun)\n{_log}{fleet.Transcript()}", e);
        }
    }

    async Task RunAsync(PipelineHarness pipeline, Fleet fleet, CancellationToken cancellationToken)
    {
        await using var faults = new FaultInjector(fleet, broker, postgres, pipeline, _random, Say);
        using var producer = new ChaosProducer(pipeline, broker.BootstrapServers, plan.Partitions);
        for (var i = 0; i < plan.Consumers; i++)
            fleet.Start();

        // Half a slice before each fault, and half while it lasts.
        var halves = new Queue<InputRecord[]>(plan.Input.Records.Chunk((plan.Input.Records.Count / (2 * plan.Faults.Count)) + 1));
        var limit = s_startLimit;
        foreach (var fault in plan.Faults)
        {
            var half = halves.Dequeue();
            var stored = Math.Max(0, await pipeline.StoredOffsetsAsync(cancellationToken));
            producer.Produce(half);
            await WaitUntilStoredAsync(pipeline, stored + _random.Next(1, half.Length), limit, cancellationToken);
            limit = s_progressLimit;
            await faults.InjectAsync(fault, () => producer.Produce(halves.TryDequeue(out var rest) ? rest : []), cancellationToken);
        }
        producer.Flush();
        await faults.SettleAsync(cancellationToken);
        await WaitForTheEndAsync(pipeline, fleet, cancellationToken);
        Say("all is stored");
    }

    /// <summary>Waits for some progress; none within the limit is no error, since an earlier fault may still be in the way.</summary>
    static async Task WaitUntilStoredAsync(PipelineHarness pipeline, long offsets, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (await pipeline.StoredOffsetsAsync(cancellationToken) < offsets && Stopwatch.GetElapsedTime(start) < limit)
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
    }

    async Task WaitForTheEndAsync(PipelineHarness pipeline, Fleet fleet, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            fleet.AssertNoneEnded();
            // The log is looked at after the table: what was stored by then was stored to the end.
            var stored = await pipeline.StoredByPartitionAsync(cancellationToken);
            var ends = pipeline.LogEnds();
            if (stored.Count == ends.Count && ends.All(end => stored[end.Key] == end.Value))
                return;
            if (Stopwatch.GetElapsedTime(start) > s_endLimit)
                Assert.Fail($"not stored to the end: {Text(stored)} of {Text(ends)}");
            await Task.Delay(s_interval, cancellationToken);
        }

        static string Text(Dictionary<int, long> offsets) => string.Join(' ', offsets.OrderBy(row => row.Key).Select(row => $"{row.Key}:{row.Value}"));
    }

    IAdminClient CreateAdmin() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();

    void Say(string text) =>
        _log.AppendLine(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_start).TotalSeconds,6:F1} s  {text}");
}
