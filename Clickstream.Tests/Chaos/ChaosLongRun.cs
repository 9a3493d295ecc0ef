using System.Collections.Concurrent;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Local.Kafka;

namespace Clickstream.Tests.Chaos;

/// <summary>
/// As many rounds as the environment variable CLICKSTREAM_CHAOS_ROUNDS says, with seeds from CLICKSTREAM_CHAOS_SEED on, or from
/// anywhere. Even ones are for the embedded broker, odd ones for Apache Kafka, so that a seed alone names a round. The two kinds
/// run side by side, each on a PostgreSQL of its own: most of a round is waiting for session timeouts.
/// </summary>
public sealed class ChaosLongRun
{
    readonly ConcurrentQueue<string> _failures = [];
    int _done;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_right_after_every_round()
    {
        var rounds = LongRun.SizeOrSkip("CLICKSTREAM_CHAOS_ROUNDS");
        var seeds = Enumerable.Range(LongRun.Number("CLICKSTREAM_CHAOS_SEED") ?? Random.Shared.Next(1, 1_000_000), rounds).ToLookup(ChaosPlan.IsForRealKafka);
        if (seeds.Contains(true))
            RealKafkaProcess.SkipWithout();

        await Task.WhenAll(
            RunAsync(seeds[false], rounds, static servers => servers.EmbeddedAsync(Cancelled)),
            RunAsync(seeds[true], rounds, static servers => servers.RealAsync(Cancelled)));

        Assert.True(_failures.IsEmpty, string.Join("\n\n", _failures));
    }

    async Task RunAsync(IEnumerable<int> seeds, int rounds, Func<ChaosServers, Task<ChaosBroker>> start)
    {
        await using var servers = new ChaosServers();
        foreach (var seed in seeds)
        {
            var plan = ChaosPlan.Draw(seed);
            var round = new ChaosRound(plan, await start(servers), await servers.PostgresAsync(Cancelled));
            string result;
            try
            {
                await round.RunAsync(Cancelled);
                result = "right";
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                result = $"WRONG: {e.Message.Split('\n')[0]}";
                _failures.Enqueue(e.Message);
            }
            Console.WriteLine($"{Interlocked.Increment(ref _done)}/{rounds}: {round}: {result}");
            TestContext.Current.TestOutputHelper!.WriteLine(round.Log);
        }
    }
}
