namespace Clickstream.Tests.Chaos;

/// <summary>A few rounds with fixed seeds and one with a new seed.</summary>
public sealed class EmbeddedChaosTests(ChaosServers servers) : IClassFixture<ChaosServers>
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Is_right_after_a_round_of(int seed)
    {
        var plan = ChaosPlan.Draw(seed);
        await new ChaosRound(plan, await servers.EmbeddedAsync(Cancelled), await servers.PostgresAsync(Cancelled), TestContext.Current.TestOutputHelper!.WriteLine).RunAsync(Cancelled);
    }
}
