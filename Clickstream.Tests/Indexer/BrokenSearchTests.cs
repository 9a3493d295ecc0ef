using System.Globalization;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Indexer;

/// <summary>The search node dies under the indexer, which waits and goes on. <see cref="IndexerLongRun"/> does it to OpenSearch, too.</summary>
public sealed class BrokenSearchTests(LocalInfrastructure infrastructure)
{
    readonly Random _random = new(20150918);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_right_when_OpenSearch_is_killed_during_the_run()
    {
        await using var folder = new LocalDataFolder();
        var parts = (string[])["--parts", "opensearch", "--opensearch-port", FreePort.Next().ToString(CultureInfo.InvariantCulture)];
        await using var first = await LocalProcess.StartAsync(folder.Path, parts, Cancelled);
        var kafka = await infrastructure.BootstrapServersAsync(Cancelled);
        var database = await infrastructure.CreateDatabaseAsync(Cancelled);
        await using var indexer = new IndexerHarness(first.OpenSearchUri, kafka, new(kafka, database, await infrastructure.CreateTopicAsync(3, Cancelled)), database);
        indexer.Settings["Indexer__MaxBulkDocuments"] = "100";
        var events = TestEvents.Make(_random, 20_000);
        indexer.Pipeline.Produce(TestEvents.Disturb(_random, events));
        var process = indexer.Start();
        await indexer.WaitUntilCommittedAsync(500);

        first.Process.Kill();
        await process.WaitForErrorAsync(static line => line.Contains("takes nothing", StringComparison.Ordinal), Cancelled);
        await using var second = await LocalProcess.StartAsync(folder.Path, parts, Cancelled);
        await indexer.WaitUntilCommittedAsync();
        await indexer.AssertEventsAsync(events);
    }
}
