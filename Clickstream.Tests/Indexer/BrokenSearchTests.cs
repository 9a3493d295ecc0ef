using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Search;

namespace Clickstream.Tests.Indexer;

/// <summary>OpenSearch dies under the indexer, which waits and goes on.</summary>
public sealed class BrokenSearchTests(LocalInfrastructure infrastructure)
{
    readonly Random _random = new(20150918);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_right_when_OpenSearch_is_killed_during_the_run()
    {
        RealOpenSearchProcess.SkipWithout();
        using var folder = new TempFolder();
        var port = FreePort.Next();
        await using var first = await RealOpenSearchProcess.StartAsync(folder.Path, port);
        var kafka = await infrastructure.BootstrapServersAsync(Cancelled);
        var database = await infrastructure.CreateDatabaseAsync(Cancelled);
        await using var indexer = new IndexerHarness(first.Uri, kafka, new(kafka, database, await infrastructure.CreateTopicAsync(3, Cancelled)), database);
        indexer.Settings["Indexer__MaxBulkDocuments"] = "100";
        var events = TestEvents.Make(_random, 20_000);
        indexer.Pipeline.Produce(TestEvents.Disturb(_random, events));
        var process = indexer.Start();
        await indexer.WaitUntilCommittedAsync(500);

        first.Kill();
        await process.WaitForErrorAsync(static line => line.Contains("takes nothing", StringComparison.Ordinal), Cancelled);
        await using var second = await RealOpenSearchProcess.StartAsync(folder.Path, port);
        await indexer.WaitUntilCommittedAsync();
        await indexer.AssertEventsAsync(events);
    }
}
