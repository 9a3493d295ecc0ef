using System.Globalization;
using System.Text;
using System.Text.Json;
using Clickstream.Core.Events;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;

namespace Clickstream.Tests.Indexer;

/// <summary>Indices of a test's own, and indexers as processes that fill them from a pipeline's topic and table of sessions.</summary>
sealed class IndexerHarness : IAsyncDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    readonly List<ChildProcess> _indexers = [];
    readonly IConsumer<Ignore, Ignore> _group;

    public IndexerHarness(Uri openSearch, string bootstrapServers, PipelineHarness pipeline, string connectionString)
    {
        Pipeline = pipeline;
        // Only asks for the group's offsets, is no member.
        _group = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = GroupId })
            .SetLogHandler(static (_, _) => { }).Build();
        Client = CreateClient(openSearch);
        Indices = new SearchIndices(Client, pipeline.Topic);
        Settings = new()
        {
            ["OpenSearch__Enabled"] = "true",
            ["OpenSearch__IndexPrefix"] = pipeline.Topic,
            ["ConnectionStrings__opensearch"] = openSearch.ToString(),
            ["ConnectionStrings__kafka"] = bootstrapServers,
            ["ConnectionStrings__clickstream"] = connectionString,
            ["Kafka__Topic"] = pipeline.Topic,
            ["Indexer__GroupId"] = GroupId,
            ["Indexer__Sessions"] = "false",
            ["Indexer__MaxBulkDocuments"] = "700",
        };
    }

    public PipelineHarness Pipeline { get; }

    public OpenSearchClient Client { get; }

    public SearchIndices Indices { get; }

    /// <summary>Settings of the indexers to be started: events only, in small requests.</summary>
    public Dictionary<string, string> Settings { get; }

    public string GroupId => Pipeline.Topic + "_index";

    public static OpenSearchClient CreateClient(Uri openSearch)
    {
        var context = new ServiceContext("clickstream-test", new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:opensearch", openSearch.ToString())]).Build());
        return new(OpenSearchConnection.From(context, new OpenSearchOptions(true, "clickstream", null)));
    }

    public ChildProcess Start()
    {
        var indexer = ChildProcess.StartService("Clickstream.OpenSearchIndexer", Settings, "--exit-with-parent");
        _indexers.Add(indexer);
        return indexer;
    }

    /// <summary>How much of the topic is committed, over all partitions.</summary>
    public long Committed() => Committed(Pipeline.LogEnds().Keys);

    long Committed(IEnumerable<int> partitions) =>
        _group.Committed(partitions.Select(partition => new TopicPartition(Pipeline.Topic, partition)), s_limit).Sum(static partition => Math.Max(0, partition.Offset.Value));

    public Task WaitUntilCommittedAsync(long atLeast) => WaitUntilCommittedAsync(Pipeline.LogEnds().Keys, atLeast);

    async Task WaitUntilCommittedAsync(IEnumerable<int> partitions, long atLeast)
    {
        var committed = 0L;
        try
        {
            await Eventually.TrueAsync(() => (committed = Committed(partitions)) >= atLeast, s_limit);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{committed} of {atLeast} offsets committed{Transcript()}", e);
        }
    }

    /// <summary>Waits until all that was produced is committed.</summary>
    public Task WaitUntilCommittedAsync()
    {
        Pipeline.Flush();
        var ends = Pipeline.LogEnds();
        return WaitUntilCommittedAsync(ends.Keys, ends.Values.Sum());
    }

    /// <summary>All documents of an index with their ids, in the order of fields that tell them apart.</summary>
    public async Task<Dictionary<string, JsonElement>> DocumentsAsync(string index, params string[] order)
    {
        const int Page = 5_000;
        var stop = TestContext.Current.CancellationToken;
        await Client.RefreshAsync(index, stop);
        var documents = new Dictionary<string, JsonElement>();
        var sort = string.Join(',', order.Select(static field => $"\"{field}\""));
        var after = "";
        while (true)
        {
            using var answer = await Client.SearchAsync(index,
                Encoding.UTF8.GetBytes($$"""{"size":{{Page}},"sort":[{{sort}}]{{after}}}"""), stop);
            var hits = answer.RootElement.GetProperty("hits").GetProperty("hits");
            foreach (var hit in hits.EnumerateArray())
                documents.Add(hit.GetProperty("_id").GetString()!, hit.GetProperty("_source").Clone());
            if (hits.GetArrayLength() < Page)
                return documents;
            after = $",\"search_after\":{hits[Page - 1].GetProperty("sort").GetRawText()}";
        }
    }

    /// <summary>The one rule: the distinct events of the input are documents, once each, but for those that were refused.</summary>
    public async Task AssertEventsAsync(IEnumerable<ClickEvent> produced, IReadOnlySet<string>? refused = null)
    {
        var expected = produced.DistinctBy(static e => Id(e)).Where(e => refused?.Contains(Id(e)) != true).ToDictionary(Id);
        var documents = await DocumentsAsync(Indices.Events, "event_time", "visitor_id", "event", "item_id");
        Assert.Equal(expected.Count, documents.Count);
        Assert.Superset(expected.Keys.ToHashSet(), documents.Keys.ToHashSet());
        foreach (var (id, e) in expected)
            Assert.Equal(Document(e), documents[id].GetRawText());
        Assert.Equal(expected.Count, await Client.CountAsync(Indices.Events, TestContext.Current.CancellationToken));
    }

    public Task<Dictionary<string, JsonElement>> DeadLettersAsync() => DocumentsAsync(Indices.DeadLetters, "partition", "offset", "document_id");

    public string Transcript() => string.Concat(_indexers.Select(static indexer => indexer.Transcript()));

    public async ValueTask DisposeAsync()
    {
        foreach (var indexer in _indexers)
            await indexer.DisposeAsync();
        _group.Dispose();
        Client.Dispose();
        await Pipeline.DisposeAsync();
    }

    public static string Id(ClickEvent e) => string.Create(CultureInfo.InvariantCulture, $"{e.VisitorId}-{e.Timestamp}-{Name(e)}-{e.ItemId}");

    static string Document(ClickEvent e) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"event_time":{{e.Timestamp}},"visitor_id":"{{e.VisitorId}}","event":"{{Name(e)}}","item_id":"{{e.ItemId}}"{{(
            e.TransactionId == ClickEvent.NoTransaction ? "" : $",\"transaction_id\":\"{e.TransactionId}\"")}}}""");

    static string Name(ClickEvent e) => Encoding.ASCII.GetString(EventTypes.Name(e.Type));
}
