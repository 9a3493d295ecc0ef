using System.Text;
using System.Text.RegularExpressions;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Search;
using Confluent.Kafka;

namespace Clickstream.Tests.Indexer;

/// <summary>Kafka to the index of events: whatever happens, each distinct event is a document, or a dead letter, once.</summary>
public abstract partial class EventIndexContract(ISearchServer server, LocalInfrastructure infrastructure)
{
    /// <summary>A database that nobody connects to.</summary>
    const string NoDatabase = "Host=127.0.0.1;Port=9";

    readonly Random _random = new(20150503);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Indexes_what_is_there_already_once_and_malformed_records_as_dead_letters()
    {
        await using var indexer = await CreateAsync();
        var events = TestEvents.Make(_random, 20_000);
        indexer.Pipeline.Produce(TestEvents.Disturb(_random, events));
        indexer.Pipeline.ProduceRaw("1"u8.ToArray(), "not json"u8.ToArray());
        indexer.Pipeline.ProduceRaw(null, null);
        indexer.Pipeline.ProduceRaw("2"u8.ToArray(), """{"timestamp":1,"visitor_id":-5,"event":"view","item_id":1}"""u8.ToArray());
        indexer.Pipeline.ProduceRaw("3"u8.ToArray(), """{"timestamp":253402300799999,"visitor_id":5,"event":"view","item_id":1}"""u8.ToArray());

        var process = indexer.Start();
        await indexer.WaitUntilCommittedAsync();
        await indexer.AssertEventsAsync(events);
        await AssertReadyAsync(process);

        var deadLetters = await indexer.DeadLettersAsync();
        Assert.Equal(
            ["empty value", "event time is too far in the future", "value is not a JSON object", "visitor id is not an integer from 0 to 9223372036854775807"],
            deadLetters.Values.Select(static letter => letter.GetProperty("reason").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(deadLetters, letter => Assert.Matches(
            $"^{letter.Value.GetProperty("topic")}-[0-9a-f-]{{36}}-{letter.Value.GetProperty("partition")}-{letter.Value.GetProperty("offset")}$", letter.Key));
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));
        Assert.Contains("stopped: all that was read is indexed", process.Error, StringComparison.Ordinal);

        // Another group reads all of it once more.
        indexer.Settings["Indexer__GroupId"] = LocalInfrastructure.UniqueName();
        indexer.Settings["Indexer__Gzip"] = "true";
        indexer.Pipeline.Produce([new ClickEvent(TestEvents.Start, 7, EventType.Transaction, 7, 7)]);
        var again = indexer.Start();
        await Eventually.TrueAsync(async () =>
        {
            await indexer.Client.RefreshAsync(indexer.Indices.Events, Cancelled);
            return await indexer.Client.CountAsync(indexer.Indices.Events, Cancelled) > events.Count;
        });
        Assert.Equal((int)ExitCode.Success, await again.StopAsync(Cancelled));
        await indexer.AssertEventsAsync([.. events, new ClickEvent(TestEvents.Start, 7, EventType.Transaction, 7, 7)]);
        Assert.Equal(4, (await indexer.DeadLettersAsync()).Count);
    }

    [Fact]
    public async Task Makes_a_topic_that_is_missing_and_is_ready_then()
    {
        var address = await server.StartedAsync(Cancelled);
        var kafka = await infrastructure.BootstrapServersAsync(Cancelled);
        await using var indexer = new IndexerHarness(address, kafka, new(kafka, NoDatabase, LocalInfrastructure.UniqueName()), NoDatabase);
        indexer.Settings["Kafka__Partitions"] = "2";
        var process = indexer.Start();
        await process.WaitForErrorAsync(static line => line.Contains("assigned: 0 1", StringComparison.Ordinal), Cancelled);
        await AssertReadyAsync(process);
        var events = TestEvents.Make(_random, 100);
        indexer.Pipeline.Produce(events);
        await indexer.WaitUntilCommittedAsync();
        await indexer.AssertEventsAsync(events);
    }

    [Fact]
    public async Task Is_right_when_indexers_are_killed_again_and_again()
    {
        await using var indexer = await CreateAsync();
        var events = TestEvents.Make(_random, 15_000);
        foreach (var part in TestEvents.Disturb(_random, events).Chunk(8_000))
        {
            var before = indexer.Committed();
            var process = indexer.Start();
            indexer.Pipeline.Produce(part);
            indexer.Pipeline.Flush();
            await indexer.WaitUntilCommittedAsync(before + _random.Next(1, 3_000));
            process.Kill();
        }
        indexer.Start();
        await indexer.WaitUntilCommittedAsync();
        await indexer.AssertEventsAsync(events);
    }

    [Fact]
    public async Task Is_right_when_indexers_come_and_go()
    {
        await using var indexer = await CreateAsync();
        var events = TestEvents.Make(_random, 15_000);
        var parts = TestEvents.Disturb(_random, events).Chunk(6_000).ToArray();
        var first = indexer.Start();
        indexer.Pipeline.Produce(parts[0]);
        await indexer.WaitUntilCommittedAsync(1_000);
        var second = indexer.Start();
        indexer.Pipeline.Produce(parts[1]);
        await second.WaitForErrorAsync(static line => line.Contains("assigned:", StringComparison.Ordinal), Cancelled);
        Assert.Equal((int)ExitCode.Success, await first.StopAsync(Cancelled));
        foreach (var part in parts[2..])
            indexer.Pipeline.Produce(part);
        await indexer.WaitUntilCommittedAsync();
        await indexer.AssertEventsAsync(events);
    }

    [Fact]
    public async Task What_is_too_much_now_is_sent_again_until_it_is_taken()
    {
        await using var proxy = await SearchProxy.StartAsync(await server.StartedAsync(Cancelled));
        await using var indexer = await CreateAsync(proxy.Uri);
        var events = TestEvents.Make(_random, 10_000);
        proxy.BulkStatus = 429;
        indexer.Pipeline.Produce(events);
        var process = indexer.Start();
        await Eventually.TrueAsync(() => proxy.Refused >= 6, TimeSpan.FromSeconds(60));
        Assert.Equal(0, indexer.Committed());
        proxy.BulkStatus = null;
        await indexer.WaitUntilCommittedAsync();
        await indexer.AssertEventsAsync(events);
        Assert.Contains("takes nothing: HTTP 429", process.Error, StringComparison.Ordinal);
        Assert.Contains("takes documents again", process.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Documents_that_OpenSearch_refuses_are_dead_letters_once_and_the_others_are_indexed()
    {
        await using var proxy = await SearchProxy.StartAsync(await server.StartedAsync(Cancelled));
        await using var indexer = await CreateAsync(proxy.Uri);
        var events = TestEvents.Make(_random, 10_000).ConvertAll(e => e with { ItemId = _random.Next(1_000) }).DistinctBy(IndexerHarness.Id).ToList();
        // One item in a thousand has a document that does not fit the mapping.
        proxy.Rewrite = body => Encoding.ASCII.GetBytes(Item13().Replace(Encoding.ASCII.GetString(body), "\"item_id\":{\"number\":13}"));
        var refused = events.Where(static e => e.ItemId == 13).Select(IndexerHarness.Id).ToHashSet();
        Assert.NotEmpty(refused);

        indexer.Pipeline.Produce(events.Concat(events));
        var process = indexer.Start();
        await indexer.WaitUntilCommittedAsync(6_000);
        process.Kill();
        indexer.Start();
        await indexer.WaitUntilCommittedAsync();

        await indexer.AssertEventsAsync(events, refused);
        var deadLetters = await indexer.DeadLettersAsync();
        Assert.Equal(refused.Select(id => $"{indexer.Indices.Events}-{id}").Order(), deadLetters.Keys.Order());
        Assert.All(deadLetters.Values, letter =>
        {
            Assert.Contains("parsing_exception", letter.GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain("13", letter.GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.Equal(indexer.Indices.Events, letter.GetProperty("index").GetString());
            Assert.Contains(letter.GetProperty("document_id").GetString()!, refused);
            Assert.Equal(indexer.Pipeline.Topic, letter.GetProperty("topic").GetString());
        });
    }

    [Fact]
    public async Task What_retention_was_faster_to_delete_is_said_and_the_rest_indexed()
    {
        await using var indexer = await CreateAsync(partitions: 1);
        var events = TestEvents.Make(_random, 3_000);
        var process = indexer.Start();
        indexer.Pipeline.Produce(events.Take(1_000));
        await indexer.WaitUntilCommittedAsync();
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));

        indexer.Pipeline.Produce(events.Skip(1_000));
        indexer.Pipeline.Flush();
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = await infrastructure.BootstrapServersAsync(Cancelled) }).Build())
            await admin.DeleteRecordsAsync([new TopicPartitionOffset(indexer.Pipeline.Topic, 0, 1_500)]);
        var second = indexer.Start();
        await indexer.WaitUntilCommittedAsync();
        await indexer.AssertEventsAsync(events.Take(1_000).Concat(events.Skip(1_500)));
        Assert.Contains("[0]: offsets 1000 to 1500 were deleted by retention", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_was_deleted_is_filled_anew_and_one_with_other_mappings_is_left_alone()
    {
        await using var proxy = await SearchProxy.StartAsync(await server.StartedAsync(Cancelled));
        await using var indexer = await CreateAsync(proxy.Uri);
        var events = TestEvents.Make(_random, 2_000);
        indexer.Pipeline.Produce(events);
        var process = indexer.Start();
        await indexer.WaitUntilCommittedAsync();
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));

        using var http = new HttpClient { BaseAddress = await server.StartedAsync(Cancelled) };
        (await http.DeleteAsync(indexer.Indices.Events, Cancelled)).EnsureSuccessStatusCode();
        process = indexer.Start();
        await WaitUntilIndexedAsync(indexer, events.Count);
        await indexer.AssertEventsAsync(events);

        // While it runs.
        (await http.DeleteAsync(indexer.Indices.Events, Cancelled)).EnsureSuccessStatusCode();
        await process.WaitForErrorAsync(static line => line.Contains("was deleted", StringComparison.Ordinal), Cancelled);
        await WaitUntilIndexedAsync(indexer, events.Count);
        await indexer.AssertEventsAsync(events);
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));

        // By somebody who made it anew, too.
        (await http.DeleteAsync(indexer.Indices.Events, Cancelled)).EnsureSuccessStatusCode();
        (await http.PutAsync(indexer.Indices.Events, null, Cancelled)).EnsureSuccessStatusCode();
        process = indexer.Start();
        await WaitUntilIndexedAsync(indexer, events.Count);
        await indexer.AssertEventsAsync(events);
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));

        // Where nothing was deleted nothing is indexed again.
        var sent = 0;
        proxy.Rewrite = body =>
        {
            Interlocked.Add(ref sent, body.Count(static letter => letter == '\n') / 2);
            return body;
        };
        process = indexer.Start();
        await process.WaitForErrorAsync(static line => line.Contains("assigned:", StringComparison.Ordinal), Cancelled);
        indexer.Pipeline.Produce([new ClickEvent(TestEvents.Start, 7, EventType.View, 7, ClickEvent.NoTransaction)]);
        await WaitUntilIndexedAsync(indexer, events.Count + 1);
        Assert.Equal(1, sent);
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));

        (await http.DeleteAsync($"{indexer.Indices.Events}", Cancelled)).EnsureSuccessStatusCode();
        (await http.DeleteAsync($"_index_template/{indexer.Indices.Events}", Cancelled)).EnsureSuccessStatusCode();
        using var mapping = new StringContent("""{"mappings":{"properties":{"event_time":{"type":"date"},"visitor_id":{"type":"long"}}}}""", Encoding.UTF8, "application/json");
        (await http.PutAsync(indexer.Indices.Events, mapping, Cancelled)).EnsureSuccessStatusCode();
        process = indexer.Start();
        Assert.Equal((int)ExitCode.Conflict, await process.WaitForExitAsync(Cancelled));
        Assert.Contains("has field visitor_id of type long, which is keyword in its template", process.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(indexer));
    }

    static async Task AssertReadyAsync(ChildProcess process)
    {
        using var http = new HttpClient { BaseAddress = new(await process.WaitForAddressAsync(Cancelled)) };
        using var health = await http.GetAsync("/health", Cancelled);
        Assert.True(health.IsSuccessStatusCode);
    }

    static Task WaitUntilIndexedAsync(IndexerHarness indexer, long count) => Eventually.TrueAsync(async () =>
        await indexer.Client.IndexExistsAsync(indexer.Indices.Events, Cancelled) && await CountAsync(indexer) == count, TimeSpan.FromSeconds(60));

    static async Task<long> CountAsync(IndexerHarness indexer)
    {
        await indexer.Client.RefreshAsync(indexer.Indices.Events, Cancelled);
        return await indexer.Client.CountAsync(indexer.Indices.Events, Cancelled);
    }

    async Task<IndexerHarness> CreateAsync(Uri? way = null, int partitions = 3)
    {
        var address = way ?? await server.StartedAsync(Cancelled);
        var kafka = await infrastructure.BootstrapServersAsync(Cancelled);
        return new(address, kafka, new(kafka, NoDatabase, await infrastructure.CreateTopicAsync(partitions, Cancelled)), NoDatabase);
    }

    [GeneratedRegex("\"item_id\":\"13\"")]
    private static partial Regex Item13();
}

public sealed class RealEventIndexTests(RealOpenSearch server, LocalInfrastructure infrastructure) : EventIndexContract(server, infrastructure);
