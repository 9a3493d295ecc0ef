using System.Text;
using Clickstream.Local.Search;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Mappings;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Search;

public sealed class IndexEngineTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly DocumentBuilder _builder = new();
    readonly TestDisk _disk = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_synced_is_there_after_an_end_without_a_commit()
    {
        var engine = Open();
        for (var i = 0; i < 10; i++)
            Index(engine, $"{i}", i);
        Delete(engine, "3");
        Index(engine, "4", 44);
        engine.Sync();
        engine.Abandon();

        using var again = Open();
        Assert.Equal(9, Count(again));
        Assert.Null(again.Get("3"));
        Assert.Equal((2, 11), (again.Get("4")!.Value.Version, again.Get("4")!.Value.SeqNo));
        Assert.Equal(12, Index(again, "new", 1).SeqNo);
    }

    [Fact]
    public void A_replay_over_a_commit_that_has_some_of_it_already_changes_nothing()
    {
        var engine = Open();
        Index(engine, "a", 1);
        Index(engine, "b", 1);
        engine.Commit();
        Index(engine, "a", 2);
        Delete(engine, "b");
        Index(engine, "c", 1);
        engine.Sync();
        var translog = Directory.GetFiles(_folder.File("translog"));
        var saved = translog.ToDictionary(static path => path, File.ReadAllBytes);
        engine.Dispose();

        // As if the kill had come after Lucene's commit and before the translog was cut: the old generation is there as well.
        foreach (var (path, bytes) in saved)
            File.WriteAllBytes(path, bytes);
        using var again = Open();
        Assert.Equal(2, Count(again));
        Assert.Equal(2, again.Get("a")!.Value.Version);
        Assert.Null(again.Get("b"));
    }

    [Fact]
    public void Versions_go_on_after_a_deletion_and_external_ones_must_grow()
    {
        using var engine = Open();
        Assert.Equal((WriteOutcome.Created, 5), Versioned(engine, WriteKind.Index, 5));
        Assert.Equal((WriteOutcome.Conflict, 5), Versioned(engine, WriteKind.Index, 5));
        Assert.Equal((WriteOutcome.Conflict, 5), Versioned(engine, WriteKind.Delete, 4));
        Assert.Equal((WriteOutcome.Deleted, 7), Versioned(engine, WriteKind.Delete, 7));
        Assert.Equal((WriteOutcome.Conflict, 7), Versioned(engine, WriteKind.Index, 6));
        engine.Refresh();
        Assert.Equal((WriteOutcome.Conflict, 7), Versioned(engine, WriteKind.Index, 7));
        Assert.Equal(8, Index(engine, "x", 1).Version);
    }

    [Fact]
    public void A_deletion_outlives_a_kill()
    {
        var engine = Open();
        Versioned(engine, WriteKind.Index, 5);
        Versioned(engine, WriteKind.Delete, 7);
        engine.Sync();
        engine.Abandon();

        using var again = Open();
        Assert.Equal((WriteOutcome.Conflict, 7), Versioned(again, WriteKind.Index, 6));
    }

    [Fact]
    public void A_full_disk_is_an_error_and_after_it_there_is_what_was_acknowledged()
    {
        var engine = Open();
        Index(engine, "a", 1);
        engine.Sync();

        _disk.IsFull = true;
        Index(engine, "b", 1);
        var error = Assert.Throws<SearchException>(engine.Sync);
        Assert.Equal((429, "cluster_block_exception"), (error.Status, error.Type));
        Assert.True(engine.HasFailed);
        Assert.Throws<SearchException>(() => Index(engine, "c", 1));
        engine.Abandon();

        _disk.IsFull = false;
        using var again = Open();
        Assert.NotNull(again.Get("a"));
        Assert.Null(again.Get("b"));
        Assert.Equal(WriteOutcome.Created, Index(again, "b", 1).Outcome);
    }

    [Fact]
    public void Creating_the_same_document_from_many_threads_makes_one()
    {
        using var engine = Open();
        var created = 0;
        Parallel.For(0, 64, i =>
        {
            var builder = new DocumentBuilder();
            var source = Encoding.UTF8.GetBytes("""{"n":1}""");
            builder.Build(s_mapping, $"{i % 8}", source);
            if (engine.Index(new(WriteKind.Create, $"{i % 8}", source), builder).Outcome == WriteOutcome.Created)
                Interlocked.Increment(ref created);
        });
        engine.Refresh();

        Assert.Equal(8, created);
        Assert.Equal(8, Count(engine));
    }

    static readonly Mapping s_mapping = new(
        ObjectMapping.Empty("").WithField("n", FieldMapping.Create("n", FieldType.Long)), detectsDates: true, meta: null);

    IndexEngine Open() => IndexEngine.Open(_folder.Path, s_mapping, NullLogger.Instance, openFile: _disk.Open);

    WriteResult Index(IndexEngine engine, string id, int n)
    {
        var source = Encoding.UTF8.GetBytes($$"""{"n":{{n}}}""");
        _builder.Build(s_mapping, id, source);
        return engine.Index(new(WriteKind.Index, id, source), _builder);
    }

    static WriteResult Delete(IndexEngine engine, string id) => engine.Delete(new(WriteKind.Delete, id, default));

    (WriteOutcome, long) Versioned(IndexEngine engine, WriteKind kind, long version)
    {
        var source = Encoding.UTF8.GetBytes("""{"n":1}""");
        var request = new WriteRequest(kind, "x", source, VersionType.External, version);
        _builder.Build(s_mapping, "x", source);
        var result = kind == WriteKind.Delete ? engine.Delete(request) : engine.Index(request, _builder);
        return (result.Outcome, result.Version);
    }

    static int Count(IndexEngine engine)
    {
        using var snapshot = engine.Acquire();
        return snapshot.Reader.NumDocs;
    }
}
