using System.Text;
using Clickstream.Core.Events;
using Clickstream.Producer;
using Confluent.Kafka;

namespace Clickstream.Tests.Producer;

public class EventSerializersTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(257597, "257597")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    public void The_key_is_the_visitor_id_in_decimal_ascii(long visitorId, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(new VisitorKeySerializer().Serialize(visitorId, SerializationContext.Empty)));

    [Fact]
    public void The_value_is_the_events_json() =>
        Assert.Equal("""{"timestamp":1433221332117,"visitor_id":257597,"event":"view","item_id":355908,"transaction_id":null}""",
            Encoding.UTF8.GetString(new EventValueSerializer().Serialize(
                new ClickEvent(1433221332117, 257597, EventType.View, 355908, ClickEvent.NoTransaction), SerializationContext.Empty)));
}
