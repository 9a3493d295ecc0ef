using Clickstream.Consumer.Lanes;
using Clickstream.Core.Events;

namespace Clickstream.Consumer.Batching;

/// <summary>One Kafka record of a batch: parsed, and with a place for its bytes in the batch, should it become a dead letter.</summary>
struct BatchRecord
{
    /// <summary>The partition it came from, as this process owned it when the record was read.</summary>
    public required Lane Lane;

    public required long Offset;

    /// <summary>Valid where <see cref="Error"/> is <see cref="EventError.None"/>.</summary>
    public required ClickEvent Event;

    public required EventError Error;

    /// <summary>Away from home, and sent on to its home: that was all there was to do with it.</summary>
    public bool IsForwarded;

    /// <summary>Where the key starts in the batch's bytes; the value follows it.</summary>
    public int RawStart;

    /// <summary>In bytes; -1: null.</summary>
    public int KeyLength;

    /// <summary>In bytes; -1: null.</summary>
    public int ValueLength;
}
