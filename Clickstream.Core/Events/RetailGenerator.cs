using System.Runtime.CompilerServices;

namespace Clickstream.Core.Events;

/// <summary>
/// An endless stream of events of the shape of RetailRocket's <c>events.csv</c>, sorted by time: about 20,000 events a day, 71 % of the
/// visitors with one event and the rest a heavy tail, 96.7 / 2.5 / 0.8 % views, add-to-carts and transactions, one row in 6,000 twice.
/// Its memory depends on the rate, not on how many events are taken: only visitors who will return are kept.
/// </summary>
/// <remarks>
/// A seed gives the same events on every machine: the random numbers are <see cref="SplitMix64"/>'s, and the arithmetic on them is the
/// four basic operations and square roots, which IEEE 754 rounds alike everywhere, unlike logarithms and powers.
/// </remarks>
public sealed class RetailGenerator
{
    /// <summary>Time of the beginning, 2015-05-03T00:00:00Z in Unix milliseconds: where the data set begins.</summary>
    public const long Start = 1430611200000;

    /// <summary>The most events that can be asked for: more would leave the range of event times.</summary>
    public const long MaxCount = 50_000_000_000;

    const double Second = 1000, Minute = 60 * Second, Hour = 60 * Minute, Day = 24 * Hour;

    /// <summary>The data set's visitors and items, and the highest of its item ids.</summary>
    const int Visitors = 1_407_580, Items = 235_061, MaxItemId = 466_867;

    const double MeanArrivalGap = Day / 10_200;

    // The probabilities below are fitted: with them 2.76 million events have the data set's shares (see the tests for tolerances).
    const double SingleVisit = 0.71, StaysInSession = 0.825, ViewsAgain = 0.3, Carts = 0.0545, Buys = 0.1, Repeats = 1.0 / 6000;
    const int MaxVisits = 3000;

    SplitMix64 _random;
    readonly PriorityQueue<Visitor, Due> _returns = new();
    readonly long _idShift;
    double _arrival = Start;
    long _arrivals;
    long _transactions;
    ClickEvent _last;
    bool _repeat;

    /// <summary>A stream of its own, determined by <paramref name="seed"/>.</summary>
    public RetailGenerator(long seed)
    {
        _random = new SplitMix64(seed);
        _idShift = _random.Next(Visitors);
    }

    /// <summary>The number of visitors who will return: what the memory depends on.</summary>
    internal int PendingCount => _returns.Count;

    /// <summary>The first <paramref name="count"/> events of the stream of <paramref name="seed"/>.</summary>
    public static IEnumerable<ClickEvent> Generate(long count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount);
        return Take(count, seed);

        static IEnumerable<ClickEvent> Take(long count, long seed)
        {
            var generator = new RetailGenerator(seed);
            for (var i = 0L; i < count; i++)
                yield return generator.Next();
        }
    }

    /// <summary>The next event; never before the one before it.</summary>
    public ClickEvent Next()
    {
        if (_repeat)
        {
            _repeat = false;
            return _last;
        }
        _last = _returns.TryPeek(out _, out var due) && due.Time <= (long)_arrival ? Return() : Arrive();
        _repeat = _random.NextBool(Repeats);
        return _last;
    }

    ClickEvent Arrive()
    {
        var visitor = new Visitor { Id = NextVisitorId(), Item = RandomItem() };
        var time = (long)_arrival;
        _arrival += 2 * MeanArrivalGap * _random.NextDouble();

        if (!_random.NextBool(SingleVisit))
        {
            visitor.Left = RandomVisits() - 1;
            // Who comes often comes soon: else the heaviest would stay pending for years.
            visitor.Pace = 1 / (1 + (visitor.Left / 20.0));
            Schedule(visitor, time);
        }
        return new ClickEvent(time, visitor.Id, EventType.View, visitor.Item, ClickEvent.NoTransaction);
    }

    ClickEvent Return()
    {
        _returns.TryDequeue(out var visitor, out var due);
        var e = Act(visitor!, due.Time);
        if (--visitor!.Left > 0)
            Schedule(visitor, due.Time);
        return e;
    }

    /// <summary>What a returning visitor does: buys what is in the cart, puts the item just viewed into the cart, or views an item.</summary>
    ClickEvent Act(Visitor visitor, long time)
    {
        if (visitor.CartCount > 0 && (visitor.IsBuying || _random.NextBool(Buys)))
        {
            if (!visitor.IsBuying)
                visitor.TransactionId = _transactions++;
            // The items of one purchase share its id and its time.
            var bought = visitor.Cart[--visitor.CartCount];
            var transactionId = visitor.TransactionId;
            visitor.HasViewed = false;
            if (visitor.CartCount == 0)
                visitor.TransactionId = ClickEvent.NoTransaction;
            return new ClickEvent(time, visitor.Id, EventType.Transaction, bought, transactionId);
        }
        if (visitor.HasViewed && visitor.CartCount < Cart.Capacity && _random.NextBool(Carts) && !visitor.HasInCart(visitor.Item))
        {
            visitor.Cart[visitor.CartCount++] = visitor.Item;
            visitor.HasViewed = false;
            return new ClickEvent(time, visitor.Id, EventType.AddToCart, visitor.Item, ClickEvent.NoTransaction);
        }
        if (!_random.NextBool(ViewsAgain))
            visitor.Item = RandomItem();
        visitor.HasViewed = true;
        return new ClickEvent(time, visitor.Id, EventType.View, visitor.Item, ClickEvent.NoTransaction);
    }

    void Schedule(Visitor visitor, long now)
    {
        var gap = 0L;
        if (!visitor.IsBuying)
        {
            // 1 s to 30 min, median 1 min; or 31 min to 19 days, median 20 h for who comes seldom.
            gap = (long)(_random.NextBool(StaysInSession)
                ? Second + (Minute * RandomLogLogistic(0.9988))
                : (31 * Minute) + (20 * Hour * RandomLogLogistic(0.998) * visitor.Pace));
        }
        _returns.Enqueue(visitor, new Due(now + gap, visitor.Id));
    }

    /// <summary>
    /// The n-th visitor's id: a permutation of 0 to 1.4 million, then of the next 1.4 million, so that neighbours in time are not
    /// neighbours in number.
    /// </summary>
    long NextVisitorId()
    {
        const long Multiplier = 869_927; // shares no factor with Visitors
        var (block, place) = Math.DivRem(_arrivals++, Visitors);
        return (block * Visitors) + (((place * Multiplier) + _idShift) % Visitors);
    }

    /// <summary>An item id; the most popular item gets 0.2 % of the draws, and an item's share falls with the square root of its rank.</summary>
    long RandomItem()
    {
        const long Multiplier = 288_541; // shares no factor with MaxItemId
        var u = _random.NextDouble();
        var rank = (long)(Items * u * u);
        return 1 + (rank * Multiplier % MaxItemId);
    }

    /// <summary>Two or more: Pareto distributed with exponent 64/37 = 1.73, whose mean is 4.3.</summary>
    int RandomVisits()
    {
        // (1 - u)^-(37/64), where 37/64 = 1/2 + 1/16 + 1/64.
        var x = 1 / (1 - _random.NextDouble());
        var root2 = Math.Sqrt(x);
        var root16 = Math.Sqrt(Math.Sqrt(Math.Sqrt(root2)));
        var root64 = Math.Sqrt(Math.Sqrt(root16));
        return (int)Math.Min(2 * root2 * root16 * root64, MaxVisits);
    }

    /// <summary>Log-logistic with median 1 and shape 2, cut off at the quantile <paramref name="max"/>.</summary>
    double RandomLogLogistic(double max)
    {
        var u = max * _random.NextDouble();
        return Math.Sqrt(u / (1 - u));
    }

    /// <summary>When a visitor returns. Ties are broken by id, so the order does not depend on how the queue is implemented.</summary>
    readonly record struct Due(long Time, long VisitorId) : IComparable<Due>
    {
        public int CompareTo(Due other) => Time != other.Time ? Time.CompareTo(other.Time) : VisitorId.CompareTo(other.VisitorId);
    }

    [InlineArray(Capacity)]
    struct Cart
    {
        public const int Capacity = 4;

        long _first;
    }

    sealed class Visitor
    {
        public required long Id { get; init; }

        /// <summary>The item viewed last.</summary>
        public required long Item { get; set; }

        /// <summary>True where the last event was a view.</summary>
        public bool HasViewed { get; set; } = true;

        /// <summary>Events still to come.</summary>
        public int Left { get; set; }

        /// <summary>Factor of the time between sessions.</summary>
        public double Pace { get; set; }

        /// <summary>The purchase that is under way.</summary>
        public long TransactionId { get; set; } = ClickEvent.NoTransaction;

        public bool IsBuying => TransactionId != ClickEvent.NoTransaction;

        public int CartCount { get; set; }

        public Cart Cart;

        public bool HasInCart(long item) => ((ReadOnlySpan<long>)Cart)[..CartCount].Contains(item);
    }
}
