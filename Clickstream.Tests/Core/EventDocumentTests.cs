using System.Text;
using System.Text.Json;
using Clickstream.Core.Events;

namespace Clickstream.Tests.Core;

public class EventDocumentTests
{
    [Fact]
    public void An_event_is_two_lines_and_its_identity_is_the_id()
    {
        var text = Write(new(1_433_221_332_117, 257_597, EventType.View, 355_908, ClickEvent.NoTransaction));
        Assert.Equal(
            """
            {"create":{"_id":"257597-1433221332117-view-355908"}}
            {"event_time":1433221332117,"visitor_id":"257597","event":"view","item_id":"355908"}

            """.ReplaceLineEndings("\n"), text);
        Assert.Equal("257597-1433221332117-view-355908", Encoding.ASCII.GetString(EventDocument.IdOf(Encoding.ASCII.GetBytes(text))));
    }

    [Fact]
    public void A_transaction_has_its_id_and_the_longest_event_has_room()
    {
        var text = Write(new(ClickEvent.MaxTimestamp, long.MaxValue, EventType.Transaction, long.MaxValue, long.MaxValue));
        Assert.True(text.Length <= EventDocument.MaxLength);
        using var document = JsonDocument.Parse(text.Split('\n')[1]);
        Assert.Equal("9223372036854775807", document.RootElement.GetProperty("transaction_id").GetString());
    }

    static string Write(ClickEvent e)
    {
        Span<byte> buffer = stackalloc byte[EventDocument.MaxLength];
        return Encoding.ASCII.GetString(buffer[..EventDocument.Write(e, buffer)]);
    }
}
