using Clickstream.Local.Kafka.Groups;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Local.Kafka;

public sealed class OffsetStoreTests : IDisposable
{
    readonly TempFolder _folder = new();

    string JournalFile => _folder.File("group-offsets");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Offsets_survive_a_restart()
    {
        using (var store = new OffsetStore(JournalFile))
        {
            Commit(store, "a", 0, 5);
            Commit(store, "a", 0, 6);
            Commit(store, "a", 1, 7);
            Commit(store, "b", 0, 8);
            store.Delete("a", [new("topic", 1)]);
        }

        using var again = new OffsetStore(JournalFile);
        Assert.Equal(new CommittedOffset(6, 0, "m"), Assert.Single(again.All("a")).Value);
        Assert.Equal(8, Assert.Single(again.All("b")).Value.Offset);
        Assert.Equal(["a", "b"], again.GroupIds.Order());
    }

    [Fact]
    public void A_journal_cut_at_every_byte_of_its_last_record_keeps_all_before()
    {
        long lastStart;
        using (var store = new OffsetStore(JournalFile))
        {
            Commit(store, "a", 0, 5);
            lastStart = new FileInfo(JournalFile).Length;
            Commit(store, "a", 0, 6);
        }

        var content = File.ReadAllBytes(JournalFile);
        for (var length = lastStart; length < content.Length; length++)
        {
            File.WriteAllBytes(JournalFile, content[..(int)length]);
            using (var store = new OffsetStore(JournalFile))
            {
                Assert.Equal(5, store.All("a")[new("topic", 0)].Offset);
                Commit(store, "a", 0, 9);
            }

            using var again = new OffsetStore(JournalFile);
            Assert.Equal(9, again.All("a")[new("topic", 0)].Offset);
        }
    }

    [Fact]
    public void The_journal_does_not_grow_for_ever()
    {
        using (var store = new OffsetStore(JournalFile))
            for (var i = 0; i < 50_000; i++)
                Commit(store, "a", i % 6, i);
        Assert.True(new FileInfo(JournalFile).Length < 2_000_000);
        using var again = new OffsetStore(JournalFile);
        Assert.Equal([49_994, 49_995, 49_996, 49_997, 49_998, 49_999], again.All("a").Values.Select(o => o.Offset).Order());
    }

    [Fact]
    public void Offsets_of_a_deleted_topic_are_forgotten_in_all_groups()
    {
        using var store = new OffsetStore(JournalFile);
        Commit(store, "a", 0, 5);
        Commit(store, "b", 0, 5);
        store.Commit("b", [new(new("other", 0), new(1, 0, ""))]);
        store.DeleteTopic("topic");
        Assert.Equal(["b"], store.GroupIds);
        Assert.Equal(["other"], store.All("b").Keys.Select(k => k.Topic));
    }

    static void Commit(OffsetStore store, string group, int partition, long offset) =>
        store.Commit(group, [new(new("topic", partition), new(offset, 0, "m"))]);
}
