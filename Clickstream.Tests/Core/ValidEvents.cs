using Clickstream.Core.Events;
using FsCheck;
using FsCheck.Fluent;

namespace Clickstream.Tests.Core;

/// <summary>Valid events, the limits of each member as likely as ordinary values.</summary>
public static class ValidEvents
{
    public static Arbitrary<ClickEvent> Events() => Arb.From(Event);

    public static Gen<ClickEvent> Event =>
        from timestamp in Number(ClickEvent.MaxTimestamp)
        from visitorId in Number(long.MaxValue)
        from type in Gen.Elements(EventType.View, EventType.AddToCart, EventType.Transaction)
        from itemId in Number(long.MaxValue)
        from transactionId in Gen.OneOf(Gen.Constant(ClickEvent.NoTransaction), Number(long.MaxValue))
        select new ClickEvent(timestamp, visitorId, type, itemId, transactionId);

    /// <summary>0 to <paramref name="max"/>, of every number of digits.</summary>
    public static Gen<long> Number(long max) => Gen.Frequency(
        (1, Gen.Elements(0, 1, 9, 10, max - 1, max)),
        (1, Gen.Elements(999_999_999_999_999_999, 1_000_000_000_000_000_000, 99_999_999_999_999_999).Select(n => Math.Min(n, max))),
        (4, from high in Gen.Choose(0, int.MaxValue)
            from low in Gen.Choose(0, int.MaxValue)
            from shift in Gen.Choose(0, 62)
            select Math.Min((((long)high << 32) | (uint)low) >> shift, max)));
}
