using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Search;

namespace Clickstream.Tests.Indexer;

/// <summary>
/// All that can go wrong, in one run over as many events as the environment variable CLICKSTREAM_INDEXER_EVENTS says: one document in a
/// thousand is refused, the indexer is killed ten times, OpenSearch once, and takes nothing for a minute. On both engines.
/// </summary>
public sealed partial class IndexerLongRun(LocalInfrastructure infrastructure)
{
    const int Kills = 10;
    static readonly TimeSpan s_refusing = TimeSpan.FromMinutes(1);
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    readonly Random _random = new(20150601);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("embedded")]
    [InlineData("real")]
    public async Task No_document_is_lost_or_doubled_and_each_refused_one_is_a_dead_letter_once(string engine)
    {
        var count = LongRun.SizeOrSkip("CLICKSTREAM_INDEXER_EVENTS");
        if (engine == "real")
            RealOpenSearchProcess.SkipWithout();
        await using var folder = new LocalDataFolder();
        var port = FreePort.Next();
        var server = await StartAsync(engine, folder.Path, port);
        try
        {
            await using var proxy = await SearchProxy.StartAsync(server.Uri);
            var kafka = await infrastructure.BootstrapServersAsync(Cancelled);
            const string NoDatabase = "Host=127.0.0.1;Port=9";
            await using var indexer = new IndexerHarness(
                proxy.Uri, kafka, new(kafka, NoDatabase, await infrastructure.CreateTopicAsync(6, Cancelled)), NoDatabase);
            indexer.Settings["Indexer__MaxBulkDocuments"] = "2000";
            proxy.Rewrite = static body => Encoding.ASCII.GetBytes(Item13().Replace(Encoding.ASCII.GetString(body), "\"item_id\":{\"number\":13}"));
            var events = TestEvents.Make(_random, count).ConvertAll(e => e with { ItemId = _random.Next(1_000) }).DistinctBy(IndexerHarness.Id).ToList();
            var refused = events.Where(static e => e.ItemId == 13).Select(IndexerHarness.Id).ToHashSet();
            indexer.Pipeline.Produce(TestEvents.Disturb(_random, events));
            indexer.Pipeline.Flush();
            var end = indexer.Pipeline.LogEnds().Values.Sum();

            var process = indexer.Start();
            for (var kill = 1; kill <= Kills; kill++)
            {
                // Somewhere in the next part, which is not the last one.
                await indexer.WaitUntilCommittedAsync((end * kill / (Kills + 3)) + _random.Next((int)(end / (Kills + 3) / 2)));
                process.Kill();
                process = indexer.Start();
                Say($"{engine}: indexer killed {kill} times, {indexer.Committed()} of {end} committed");
            }

            await indexer.WaitUntilCommittedAsync(end * (Kills + 1) / (Kills + 3));
            server.Kill();
            await server.Disposable.DisposeAsync();
            await process.WaitForErrorAsync(static line => line.Contains("takes nothing", StringComparison.Ordinal), Cancelled);
            server = await StartAsync(engine, folder.Path, port);
            Say($"{engine}: OpenSearch killed and started again, {indexer.Committed()} of {end} committed");

            await indexer.WaitUntilCommittedAsync(end * (Kills + 2) / (Kills + 3));
            proxy.BulkStatus = 429;
            await Eventually.TrueAsync(() => proxy.Refused > 0, s_limit);
            var (since, before) = (TimeProvider.System.GetTimestamp(), indexer.Committed());
            await Eventually.TrueAsync(() => TimeProvider.System.GetElapsedTime(since) > s_refusing, s_limit);
            Say($"{engine}: {proxy.Refused} requests refused in a minute, {indexer.Committed() - before} committed meanwhile");
            proxy.BulkStatus = null;

            await indexer.WaitUntilCommittedAsync();
            await indexer.AssertEventsAsync(events, refused);
            var deadLetters = await indexer.DeadLettersAsync();
            Assert.Equal(refused.Select(id => $"{indexer.Indices.Events}-{id}").Order(), deadLetters.Keys.Order());
            Say($"{engine}: {events.Count - refused.Count} documents, {refused.Count} dead letters: right");
        }
        finally
        {
            await server.Disposable.DisposeAsync();
        }
    }

    static void Say(string line) => Console.WriteLine(line);

    static async Task<Server> StartAsync(string engine, string folder, int port)
    {
        if (engine == "real")
        {
            var real = await RealOpenSearchProcess.StartAsync(folder, port);
            return new(real.Uri, real.Kill, real);
        }

        var local = await LocalProcess.StartAsync(
            folder, ["--parts", "opensearch", "--opensearch-port", port.ToString(CultureInfo.InvariantCulture)], Cancelled);
        return new(local.OpenSearchUri, local.Process.Kill, local);
    }

    [GeneratedRegex("\"item_id\":\"13\"")]
    private static partial Regex Item13();

    sealed record Server(Uri Uri, Action Kill, IAsyncDisposable Disposable);
}
