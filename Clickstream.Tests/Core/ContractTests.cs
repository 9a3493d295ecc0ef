using System.Text;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;

namespace Clickstream.Tests.Core;

/// <summary>What other programs, scripts and stored rows rely on: it may grow, but nothing in it may change.</summary>
public class ContractTests
{
    [Fact]
    public void Exit_codes() => Assert.Equal(
        [("Success", 0), ("CheckFailed", 1), ("Usage", 2), ("BadInput", 3), ("NotInstalled", 4), ("DataFolder", 5), ("PortInUse", 6),
            ("Unavailable", 7), ("Conflict", 8), ("Internal", 70), ("Interrupted", 130)],
        Enum.GetValues<ExitCode>().Select(code => (code.ToString(), (int)code)));

    [Fact]
    public void Names_of_event_types()
    {
        Assert.Equal(["view", "addtocart", "transaction"], Enum.GetValues<EventType>().Select(type => Encoding.ASCII.GetString(EventTypes.Name(type))));
        foreach (var type in Enum.GetValues<EventType>())
        {
            Assert.True(EventTypes.TryParse(EventTypes.Name(type), out var parsed));
            Assert.Equal(type, parsed);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => EventTypes.Name((EventType)3).Length);
    }

    [Fact]
    public void Reasons_of_dead_letters() => Assert.Equal(
        ["empty value", "value is not a JSON object", "row has not 5 columns", "timestamp is not an integer from 0 to 253402300799999",
            "visitor id is not an integer from 0 to 9223372036854775807", "event is not view, addtocart or transaction",
            "item id is not an integer from 0 to 9223372036854775807",
            "transaction id is neither absent nor an integer from 0 to 9223372036854775807", "event time is too far in the future",
            "partition is not the one that murmur2 of the visitor id gives", "cannot be sent on to the partition that murmur2 of the visitor id gives",
            "refused by the database"],
        Enum.GetValues<EventError>().Where(error => error != EventError.None).Select(error => error.ToReason()));

    [Fact]
    public void The_identity_of_an_event_leaves_the_transaction_out()
    {
        var e = new ClickEvent(1, 2, EventType.Transaction, 3, 4);
        Assert.True(e.HasSameIdentity(e with { TransactionId = 5 }));
        Assert.Equal(e.IdentityHash(), (e with { TransactionId = 5 }).IdentityHash());
        foreach (var other in (ClickEvent[])[e with { Timestamp = 9 }, e with { VisitorId = 9 }, e with { Type = EventType.View }, e with { ItemId = 9 }])
        {
            Assert.False(e.HasSameIdentity(other));
            Assert.NotEqual(e.IdentityHash(), other.IdentityHash());
        }
    }

    [Fact]
    public void Identity_hashes_of_real_events_spread()
    {
        // Of 100,000 random 32-bit numbers about one pair collides; a weak hash of dense ids would give thousands.
        var distinct = RetailGenerator.Generate(100_000, 1).Distinct().ToArray();
        Assert.InRange(distinct.Select(e => e.IdentityHash()).Distinct().Count(), distinct.Length - 20, distinct.Length);
        Assert.InRange(distinct.Select(e => e.IdentityHash() & 0xffff).Distinct().Count(), 48_000, 65_536);
    }
}
