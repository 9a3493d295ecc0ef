using System.Globalization;
using System.Text;
using Clickstream.Core.Events;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.EndToEnd;

/// <summary>Clients that are not ours, on the embedded broker: one that produces, one that asks for the lag.</summary>
public sealed class ForeignClientsTests(LocalInfrastructure infrastructure)
{
    readonly Random _random = new(20150601);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kcat_and_our_producer_together_give_the_exact_result()
    {
        var path = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator);
        Assert.SkipUnless(path.Any(folder => File.Exists(Path.Combine(folder, "kcat"))), "kcat is not installed");
        var bootstrapServers = await infrastructure.BootstrapServersAsync(Cancelled);
        await using var pipeline = await CreateAsync(bootstrapServers);
        var events = TestEvents.Make(_random, 6_000);
        pipeline.StartConsumer();

        // They share visitors and thus sessions, and both send every tenth event.
        await using var kcat = ChildProcess.Start("kcat",
            ["-b", bootstrapServers, "-P", "-K", "|", "-t", pipeline.Topic, "-X", "topic.partitioner=murmur2"]);
        foreach (var e in events.Where((_, i) => i % 2 == 0 || i % 10 == 1))
            await kcat.Input.WriteLineAsync(Line(e));
        kcat.Input.Close();
        pipeline.Produce(events.Where((_, i) => i % 2 == 1));
        Assert.Equal(0, await kcat.WaitForExitAsync(Cancelled));

        await pipeline.WaitUntilStoredAsync(Cancelled);
        await pipeline.AssertExactAsync(events, Cancelled);
        Assert.Equal(0, await pipeline.ScalarAsync<long>("SELECT count(*) FROM dead_letters", Cancelled));
    }

    [Fact]
    public async Task Kafkas_own_tool_shows_the_lag_of_the_group()
    {
        var servers = Environment.GetEnvironmentVariable("CLICKSTREAM_SERVERS");
        Assert.SkipWhen(string.IsNullOrEmpty(servers), "CLICKSTREAM_SERVERS is not set: Kafka's tools are not there");
        var bootstrapServers = await infrastructure.BootstrapServersAsync(Cancelled);
        await using var pipeline = await CreateAsync(bootstrapServers);
        pipeline.Produce(TestEvents.Make(_random, 1_000));
        var consumer = pipeline.StartConsumer();
        await pipeline.WaitUntilStoredAsync(Cancelled);
        await consumer.StopAsync(Cancelled);
        pipeline.Produce(TestEvents.Make(_random, 300));
        pipeline.Flush();

        await using var tool = ChildProcess.Start("bash",
            [Path.Combine(servers!, "kafka", "tool.sh"), "consumer-groups", "--bootstrap-server", bootstrapServers, "--describe", "--group", pipeline.Topic]);
        Assert.Equal(0, await tool.WaitForExitAsync(Cancelled));

        // GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG ...
        var rows = tool.Output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(row => row.Length > 5 && row[1] == pipeline.Topic).ToList();
        Assert.Equal(3, rows.Count);
        Assert.Equal(1_000, rows.Sum(row => long.Parse(row[3], CultureInfo.InvariantCulture)));
        Assert.Equal(300, rows.Sum(row => long.Parse(row[5], CultureInfo.InvariantCulture)));
    }

    /// <summary>Key and value as kcat takes them; the members in another order than ours, and some that nobody knows.</summary>
    static string Line(in ClickEvent e)
    {
        var transaction = e.TransactionId == ClickEvent.NoTransaction ? "null" : e.TransactionId.ToString(CultureInfo.InvariantCulture);
        var type = Encoding.ASCII.GetString(EventTypes.Name(e.Type));
        return string.Create(CultureInfo.InvariantCulture,
            $$"""{{e.VisitorId}}|{"source":{"app":"shop","tags":[1,null,"x"]}, "item_id": {{e.ItemId}}, "event":"{{type}}","visitor_id":{{e.VisitorId}},"transaction_id":{{transaction}},"timestamp":{{e.Timestamp}},"v":1.5e3}""");
    }

    async Task<PipelineHarness> CreateAsync(string bootstrapServers) => new(
        bootstrapServers, await infrastructure.CreateDatabaseAsync(Cancelled), await infrastructure.CreateTopicAsync(3, Cancelled));
}
