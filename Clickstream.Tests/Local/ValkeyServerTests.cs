using System.Net;
using Clickstream.Tests.Infrastructure;
using StackExchange.Redis;

namespace Clickstream.Tests.Local;

public sealed class ValkeyServerTests(LocalInfrastructure infrastructure)
{
    [Fact]
    public async Task Answers_a_client()
    {
        await using var client = await ConnectionMultiplexer.ConnectAsync(
            await infrastructure.ValkeyConnectionStringAsync(TestContext.Current.CancellationToken));
        var database = client.GetDatabase();
        var key = LocalInfrastructure.UniqueName();

        Assert.True(await database.PingAsync() > TimeSpan.Zero);
        Assert.True(await database.StringSetAsync(key, "value", TimeSpan.FromMinutes(1)));
        Assert.Equal("value", await database.StringGetAsync(key));
        Assert.Equal(2, await database.HashIncrementAsync(key + "-hash", "views", 2));
        Assert.True(await database.SortedSetAddAsync(key + "-set", "visitor", 1));
        Assert.All(client.GetEndPoints(), static endPoint => Assert.Equal(IPAddress.Loopback, Assert.IsType<IPEndPoint>(endPoint).Address));
    }
}
