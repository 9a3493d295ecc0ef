using System.Net;
using Clickstream.AppHost.Commands;
using Clickstream.Core.Errors;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Producer;

/// <summary>A producer that is told over HTTP what to send, as the dashboard's commands tell it.</summary>
public sealed class TrafficTests(LocalInfrastructure local)
{
    const int Partitions = 3;

    readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_sends_what_it_is_told_until_it_is_told_to_stop()
    {
        var (brokers, topic) = (await local.BootstrapServersAsync(_stop), LocalInfrastructure.UniqueName());
        await using var producer = ChildProcess.StartService("Clickstream.Producer", new Dictionary<string, string>
        {
            ["ConnectionStrings__kafka"] = brokers,
            ["Kafka__Topic"] = topic,
            ["Kafka__Partitions"] = $"{Partitions}",
            ["Producer__Remote"] = "true",
        }, "--exit-with-parent");
        var started = await producer.WaitForErrorAsync(static line => line.Contains("/alive at ", StringComparison.Ordinal), _stop);
        var address = started.Split(' ')[^1];
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(address + "/health"), _stop)).StatusCode);

        var refusal = await Assert.ThrowsAsync<ClickstreamException>(() => TrafficControl.ReplayAsync(address, "0", "fast", _stop));
        Assert.Equal("events is 0; allowed: 1 to 50000000000; speed is fast; allowed: 0 to 1000000", refusal.Message);
        Assert.Equal("Sending a sample of 500 events as fast as possible", await TrafficControl.ReplayAsync(address, "500", null, _stop));
        await producer.WaitForErrorAsync(static line => line.Contains("500 events were acknowledged", StringComparison.Ordinal), _stop);
        Assert.Equal(500, TopicReader.ReadAll(brokers, topic, Partitions).Count);

        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.Equal("Sending simulated traffic, 200 events a second", await TrafficControl.SimulateAsync(address, "200", _stop));
        await Eventually.TrueAsync(() => TopicReader.ReadAll(brokers, topic, Partitions).Count > 510);
        Assert.Equal("Stopped", await TrafficControl.StopAsync(address, _stop));
        await producer.WaitForErrorAsync(static line => line.Contains("Ended sending simulated", StringComparison.Ordinal), _stop);
        var live = TopicReader.ReadAll(brokers, topic, Partitions).Where(record => record.Event.Timestamp >= before).ToArray();
        Assert.True(live.Length > 10);
        Assert.All(live, record => Assert.InRange(record.Event.Timestamp, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));

        // It takes the next command, and ends as it should.
        await TrafficControl.ReplayAsync(address, "1000000", "1", _stop);
        await producer.WaitForErrorAsync(static line => line.Contains("at 1 times their own speed into", StringComparison.Ordinal), _stop);
        Assert.Equal(0, await producer.StopAsync(_stop));
    }
}
