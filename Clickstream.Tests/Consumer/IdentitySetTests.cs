using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Core.Events;

namespace Clickstream.Tests.Consumer;

public class IdentitySetTests
{
    [Fact]
    public void Finds_exactly_the_events_that_came_before_in_the_same_round()
    {
        const int Capacity = 500;
        var random = new Random(11);
        var batch = new Batch(Capacity);
        var set = new IdentitySet(Capacity);
        var lane = new Lane(0);

        for (var round = 0; round < 20; round++)
        {
            batch.Clear();
            set.Clear();
            var seen = new Dictionary<(long, long, EventType, long), int>();
            for (var i = 0; i < Capacity; i++)
            {
                // Few values, so that many events come again, with another transaction id.
                var e = new ClickEvent(random.Next(8), random.Next(8), (EventType)random.Next(3), random.Next(4), random.Next(100));
                batch.Add(lane, i, e, EventError.None, default);
                var isNew = seen.TryAdd((e.Timestamp, e.VisitorId, e.Type, e.ItemId), i);
                Assert.Equal(isNew, set.Add(batch, i));
            }
            foreach (var ((timestamp, visitor, type, item), index) in seen)
                Assert.Equal(index, set.IndexOf(batch, new ClickEvent(timestamp, visitor, type, item, ClickEvent.NoTransaction)));
            Assert.Equal(-1, set.IndexOf(batch, new ClickEvent(9, 9, EventType.View, 9, ClickEvent.NoTransaction)));
        }
    }
}
