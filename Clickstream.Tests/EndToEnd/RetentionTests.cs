using System.Globalization;
using System.Text.Json;
using Clickstream.Core.Errors;
using Clickstream.Local.Kafka;
using Clickstream.Tests.Cli;
using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.EndToEnd;

/// <summary>Retention deletes records before they are read: what is gone is on record, and the rest is exact.</summary>
public sealed class RetentionTests(LocalInfrastructure infrastructure)
{
    const int SigContinue = 18;
    const int SigStop = 19;
    const int ReadBefore = 2_000;

    readonly Random _random = new(20150720);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Records_that_retention_deleted_unread_are_a_lost_range_and_the_others_are_stored(bool whileItRuns)
    {
        using var folder = new TempFolder();
        await using var broker = await KafkaBroker.StartAsync(
            new() { DataDirectory = folder.Path, RetentionCheckInterval = TimeSpan.FromMilliseconds(50) }, NullLoggerFactory.Instance, Cancelled);
        await using var pipeline = await CreateAsync(broker.BoundEndPoint.ToString());
        var events = TestEvents.Make(_random, 40_000);
        var consumer = pipeline.StartConsumer();
        pipeline.Produce(events.Take(ReadBefore));
        await pipeline.WaitUntilStoredAsync(Cancelled);
        if (whileItRuns)
            consumer.Signal(SigStop);
        else
            await consumer.StopAsync(Cancelled);

        pipeline.Produce(events.Skip(ReadBefore));
        pipeline.Flush();
        var logStart = await WaitForDeletionAsync(broker.BoundEndPoint.ToString(), pipeline.Topic);
        if (whileItRuns)
            consumer.Signal(SigContinue);
        else
            pipeline.StartConsumer();
        await pipeline.WaitUntilStoredAsync(Cancelled);

        // One answer of the broker may have reached a consumer that was frozen.
        var lostFrom = await pipeline.ScalarAsync<long>("SELECT max(from_offset) FROM lost_ranges", Cancelled);
        Assert.InRange(lostFrom, ReadBefore, whileItRuns ? logStart - 1 : ReadBefore);
        Assert.Equal($"0 {lostFrom} {logStart}", await pipeline.ScalarAsync<string>(
            "SELECT string_agg(concat_ws(' ', partition, from_offset, to_offset), '|') FROM lost_ranges", Cancelled));
        // One partition and one producer: an event's offset is its place in the list.
        await pipeline.AssertExactAsync(events.Where((_, offset) => offset < lostFrom || offset >= logStart), Cancelled);

        var status = new CommandRun(folder.Path);
        foreach (var (name, value) in pipeline.Settings)
            status.Environment[name] = value;
        var json = JsonDocument.Parse((await status.RunAsync(ExitCode.Success, "status", "--json")).Output).RootElement;
        Assert.Equal(1, json.GetProperty("lost_ranges").GetInt64());
        Assert.Equal(logStart - lostFrom, json.GetProperty("lost_records").GetInt64());
        Assert.Equal(0, json.GetProperty("lag").GetInt64());
        var text = (await status.RunAsync(ExitCode.Success, "status")).Output;
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"1 ({logStart - lostFrom:N0} records that retention deleted before they were read)"), text, StringComparison.Ordinal);
    }

    async Task<PipelineHarness> CreateAsync(string bootstrapServers)
    {
        var topic = LocalInfrastructure.UniqueName();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();
        await admin.CreateTopicsAsync([new()
        {
            Name = topic,
            NumPartitions = 1,
            ReplicationFactor = 1,
            Configs = new() { ["segment.bytes"] = "1048576", ["retention.bytes"] = "1048576" },
        }]);
        return new PipelineHarness(bootstrapServers, await infrastructure.CreateDatabaseAsync(Cancelled), topic);
    }

    /// <summary>Waits until retention has nothing more to delete.</summary>
    /// <returns>The log's start.</returns>
    static async Task<long> WaitForDeletionAsync(string bootstrapServers, string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = topic }).Build();
        var (start, equalLooks) = (0L, 0);
        await Eventually.TrueAsync(() =>
        {
            var before = start;
            start = consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), TimeSpan.FromSeconds(30)).Low.Value;
            equalLooks = start == before ? equalLooks + 1 : 0;
            // More than the broker's own interval between two checks, on a busy machine too.
            return start > ReadBefore && equalLooks >= 20;
        });
        return start;
    }
}
