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
        var address = await producer.WaitForAddressAsync(_stop);
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health", _stop)).StatusCode);

        Assert.Equal((HttpStatusCode.BadRequest, "events is 0; allowed: 1 to 50000000000; speed is fast; allowed: 0 to 1000000"),
            await PostAsync("/replay?events=0&speed=fast"));
        // And as the dashboard's commands ask.
        var refusal = await Assert.ThrowsAsync<ClickstreamException>(() => TrafficControl.ReplayAsync(address, "0", "fast", _stop));
        Assert.Equal("events is 0; allowed: 1 to 50000000000; speed is fast; allowed: 0 to 1000000", refusal.Message);
        Assert.Equal((HttpStatusCode.Accepted, "Sending a sample of 500 events as fast as possible"), await PostAsync("/replay?events=500"));
        await producer.WaitForErrorAsync(static line => line.Contains("500 events were acknowledged", StringComparison.Ordinal), _stop);
        Assert.Equal(500, TopicReader.ReadAll(brokers, topic, Partitions).Count);

        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.Equal((HttpStatusCode.Accepted, "Sending simulated traffic, 200 events a second"), await PostAsync("/simulate?rate=200"));
        await Eventually.TrueAsync(() => TopicReader.ReadAll(brokers, topic, Partitions).Count > 510);
        Assert.Equal((HttpStatusCode.Accepted, "Stopped"), await PostAsync("/stop"));
        await producer.WaitForErrorAsync(static line => line.Contains("Ended sending simulated", StringComparison.Ordinal), _stop);
        var live = TopicReader.ReadAll(brokers, topic, Partitions).Where(record => record.Event.Timestamp >= before).ToArray();
        Assert.True(live.Length > 10);
        Assert.All(live, record => Assert.InRange(record.Event.Timestamp, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));

        Assert.Equal("Sending simulated traffic, 100 events a second", await TrafficControl.SimulateAsync(address, "", _stop));
        Assert.Equal("Stopped", await TrafficControl.StopAsync(address, _stop));
        Assert.Equal("Sending a sample of 5 events at 3 times their own speed", await TrafficControl.ReplayAsync(address, "5", "3", _stop));

        // It takes the next command, and ends as it should.
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync("/replay?events=1000000&speed=1")).Status);
        await producer.WaitForErrorAsync(static line => line.Contains("at 1 times their own speed into", StringComparison.Ordinal), _stop);
        Assert.Equal(0, await producer.StopAsync(_stop));

        async Task<(HttpStatusCode Status, string Text)> PostAsync(string path)
        {
            using var answer = await http.PostAsync(path, null, _stop);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(_stop));
        }
    }
}
