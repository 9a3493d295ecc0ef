using Clickstream.Cli;
using Clickstream.Core.Events;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Cli;

public sealed class EventFileTests
{
    const int Count = 20_000;
    const long Seed = 5;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_file_reads_back_as_what_was_generated()
    {
        using var folder = new TempFolder();
        foreach (var name in (string[])["events.csv", "events.csv.gz"])
        {
            var progress = 0L;
            await EventFile.WriteAsync(folder.File(name), Count, Seed, rows => progress = rows, Cancelled);

            var read = new List<ClickEvent>();
            await using var reader = await EventCsvReader.OpenAsync(folder.File(name), Cancelled);
            while (await reader.ReadAsync(Cancelled))
                read.Add(reader.Event);
            Assert.Equal(RetailGenerator.Generate(Count, Seed), read);
            Assert.Equal(Count, progress);
        }
        Assert.True(new FileInfo(folder.File("events.csv.gz")).Length < new FileInfo(folder.File("events.csv")).Length);
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public async Task A_file_that_was_not_finished_is_not_there()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EventFile.WriteAsync(folder.File("events.csv"), Count, Seed, _ => stop.Cancel(), stop.Token));

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Distinct_events_are_counted_as_a_set_would()
    {
        // A seed and a size that have duplicates.
        var events = RetailGenerator.Generate(100_000, Seed).ToArray();
        var distinct = new DistinctEvents();
        foreach (var e in events)
            distinct.Add(e);

        var expected = events.Select(static e => (e.Timestamp, e.VisitorId, e.Type, e.ItemId)).Distinct().Count();
        Assert.True(expected < events.Length);
        Assert.Equal(expected, distinct.Count);
    }
}
