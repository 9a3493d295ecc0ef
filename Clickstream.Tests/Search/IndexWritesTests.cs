using System.Text;
using Clickstream.Local.Search;
using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Mappings;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Search;

/// <summary>What was written before a failure is not acknowledged by what comes after it.</summary>
public sealed class IndexWritesTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly TestDisk _disk = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_request_that_met_a_full_disk_has_written_nothing_even_when_there_is_room_again()
    {
        using var index = Create();
        var writes = index.BeginWrites();
        Write(writes, "synced");
        writes.Sync();
        Write(writes, "before");

        _disk.IsFull = true;
        var other = index.BeginWrites();
        Assert.Throws<SearchException>(other.Sync);

        // Another request finds the index opened anew; the first one's document is gone, and it must be told so.
        _disk.IsFull = false;
        var later = index.BeginWrites();
        Write(later, "later");
        later.Sync();
        Assert.Throws<SearchException>(writes.Sync);
        Assert.Throws<SearchException>(() => Write(writes, "after"));
        Assert.Equal((true, false, true), (index.Get("synced") is not null, index.Get("before") is not null, index.Get("later") is not null));
    }

    [Fact]
    public void An_index_that_cannot_be_opened_anew_is_opened_by_a_later_request_or_search()
    {
        using var index = Create();
        var writes = index.BeginWrites();
        Write(writes, "a");
        writes.Sync();
        Write(writes, "b");
        _disk.IsFull = true;
        Assert.Throws<SearchException>(writes.Sync);

        _disk.IsFull = false;
        using var snapshot = index.AcquireForSearch();
        Assert.Equal(1, snapshot.Reader.NumDocs);
    }

    [Fact]
    public void An_index_that_was_deleted_takes_no_change_and_no_write()
    {
        var index = Create();
        var writes = index.BeginWrites();
        index.Delete();
        Assert.Throws<SearchException>(() => Write(writes, "late"));
        Assert.Equal("index_not_found_exception", Assert.Throws<SearchException>(index.BeginWrites).Type);
        Assert.Equal("index_not_found_exception", Assert.Throws<SearchException>(() => index.Change(static metadata => metadata)).Type);
        Assert.False(Directory.Exists(_folder.File("index")));
    }

    SearchIndex Create() => SearchIndex.Create(
        _folder.File("index"),
        new() { Name = "full", Uuid = "uuid", CreatedAt = 0, Settings = IndexSettings.None.WithDefaults(), Mapping = Mapping.Empty },
        NullLogger.Instance,
        _disk.Open);

    static void Write(IndexWrites writes, string id) => writes.Write(new(WriteKind.Index, id, Encoding.UTF8.GetBytes("""{"n":1}""")));
}
