using Clickstream.Core.Sessions;
using FsCheck.Xunit;

namespace Clickstream.Tests.Core;

public class ItemSetTests
{
    [Property(MaxTest = 500)]
    public void Adding_gives_what_a_sorted_set_gives(byte[] first, byte[] second)
    {
        // Bytes, so that the same item comes again and again.
        var (set, other) = (Of(first), Of(second));
        Assert.Equal(new SortedSet<long>(first.Select(item => (long)item)), set.ToArray());

        var expected = new SortedSet<long>([.. set.ToArray(), .. other.ToArray()]);
        set.UnionWith(other);
        Assert.Equal(expected, set.ToArray());
        Assert.Equal(expected.Count, set.Count);
        Assert.Equal(expected, Enumerable.Range(0, set.Count).Select(i => set[i]));
        Assert.Equal(new SortedSet<long>(second.Select(item => (long)item)), other.ToArray());
    }

    [Property(MaxTest = 500)]
    public void A_set_made_of_an_array_grows_without_changing_the_array(byte[] items, byte added)
    {
        var ascending = items.Select(item => (long)item).Distinct().Order().ToArray();
        var given = (long[])ascending.Clone();
        var set = new ItemSet(given);
        set.Add(added);
        Assert.Equal(new SortedSet<long>(ascending) { added }, set.ToArray());
        Assert.Equal(ascending, given);
    }

    [Property(MaxTest = 500)]
    public void Sets_are_equal_where_their_items_are(byte[] first, byte[] second)
    {
        var equal = first.ToHashSet().SetEquals(second);
        Assert.Equal(equal, Of(first).Equals(Of(second)));
        Assert.Equal(Of(first), Of([.. first.Reverse(), .. first]));
        Assert.Equal(Of(first).GetHashCode(), Of([.. first.Reverse()]).GetHashCode());
    }

    [Fact]
    public void Extreme_ids_are_items_like_others()
    {
        var set = default(ItemSet);
        foreach (var item in (long[])[long.MaxValue, 0, long.MaxValue, 1])
            set.Add(item);
        Assert.Equal([0, 1, long.MaxValue], set.ToArray());
    }

    [Theory]
    [InlineData(2L, 1L)]
    [InlineData(1L, 1L)]
    public void Ids_that_do_not_ascend_are_refused(long first, long second) =>
        Assert.Throws<ArgumentException>(() => new ItemSet([first, second]));

    static ItemSet Of(byte[] items)
    {
        var set = default(ItemSet);
        foreach (var item in items)
            set.Add(item);
        return set;
    }
}
