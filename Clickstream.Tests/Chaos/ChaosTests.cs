namespace Clickstream.Tests.Chaos;

/// <summary>A few rounds on the embedded broker.</summary>
public sealed class EmbeddedChaosTests(ChaosServers servers) : IClassFixture<ChaosServers>
{
    [Theory]
    [InlineData(34)]
    [InlineData(98)]
    public async Task Is_right_after_a_round(int seed)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var round = new ChaosRound(ChaosPlan.Draw(seed), await servers.EmbeddedAsync(cancelled), await servers.PostgresAsync(cancelled));
        await round.RunAsync(cancelled);
        TestContext.Current.TestOutputHelper!.WriteLine(round.Log);
    }

    [Fact]
    public Task Is_right_after_a_round_that_nobody_has_seen_before() => Is_right_after_a_round(2 * Random.Shared.Next(500_000));
}

/// <summary>A round on Apache Kafka.</summary>
public sealed class RealChaosTests(ChaosServers servers) : IClassFixture<ChaosServers>
{
    [Fact]
    public async Task Is_right_after_a_round()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var round = new ChaosRound(ChaosPlan.Draw(51), await servers.RealAsync(cancelled), await servers.PostgresAsync(cancelled));
        await round.RunAsync(cancelled);
        TestContext.Current.TestOutputHelper!.WriteLine(round.Log);
    }
}
