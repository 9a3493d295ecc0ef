namespace Clickstream.Core.Events;

/// <summary>What a visitor did. The numbers are internal; names on the wire are those of <see cref="EventTypes"/>.</summary>
public enum EventType : byte
{
    /// <summary>An item's page was viewed (<c>view</c>).</summary>
    View = 0,

    /// <summary>An item was put into the cart (<c>addtocart</c>).</summary>
    AddToCart = 1,

    /// <summary>An item was bought (<c>transaction</c>).</summary>
    Transaction = 2,
}

/// <summary>The names of event types in JSON, in CSV and in PostgreSQL's enum <c>event_type</c>: one set for all three.</summary>
public static class EventTypes
{
    /// <summary>The ASCII name of <paramref name="type"/>.</summary>
    public static ReadOnlySpan<byte> Name(EventType type) => type switch
    {
        EventType.View => "view"u8,
        EventType.AddToCart => "addtocart"u8,
        EventType.Transaction => "transaction"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>The type with the ASCII name <paramref name="name"/>, compared byte by byte.</summary>
    /// <returns>False where no type has that name.</returns>
    public static bool TryParse(ReadOnlySpan<byte> name, out EventType type)
    {
        (type, var found) = name.Length switch
        {
            4 when name.SequenceEqual("view"u8) => (EventType.View, true),
            9 when name.SequenceEqual("addtocart"u8) => (EventType.AddToCart, true),
            11 when name.SequenceEqual("transaction"u8) => (EventType.Transaction, true),
            _ => (default, false),
        };
        return found;
    }
}
