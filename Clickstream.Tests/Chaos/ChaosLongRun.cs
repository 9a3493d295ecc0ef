using System.Globalization;

namespace Clickstream.Tests.Chaos;

/// <summary>
/// As many rounds as the environment variable CLICKSTREAM_CHAOS_ROUNDS says, with seeds from CLICKSTREAM_CHAOS_SEED on, or from
/// anywhere. Even ones are for the embedded broker, odd ones for Apache Kafka, so that a seed alone names a round.
/// </summary>
public sealed class ChaosLongRun(ChaosServers servers) : IClassFixture<ChaosServers>
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_right_after_every_round()
    {
        var rounds = Number("CLICKSTREAM_CHAOS_ROUNDS");
        Assert.SkipWhen(rounds is null, "CLICKSTREAM_CHAOS_ROUNDS is not set: no long run");
        var first = Number("CLICKSTREAM_CHAOS_SEED") ?? Random.Shared.Next(1, 1_000_000);
        var failures = new List<string>();
        for (var i = 0; i < rounds; i++)
        {
            var plan = ChaosPlan.Draw(first + i);
            var broker = plan.Seed % 2 == 0 ? await servers.EmbeddedAsync(Cancelled) : await servers.RealAsync(Cancelled);
            var postgres = await servers.PostgresAsync(Cancelled);
            string result;
            try
            {
                var took = await new ChaosRound(plan, broker, postgres, Say).RunAsync(Cancelled);
                result = string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:F1} s, right");
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                result = "WRONG";
                failures.Add(e.Message);
            }
            Console.WriteLine($"{i + 1}/{rounds} {broker.Name}, {plan}: {result}");
        }
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
