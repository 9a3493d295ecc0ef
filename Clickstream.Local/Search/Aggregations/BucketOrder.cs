using System.Text.Json;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>
/// By what buckets are ordered: their key, their count, or a number of an aggregation within. <paramref name="Path"/>: <c>_key</c>,
/// <c>_count</c>, or the name of an aggregation. <paramref name="Part"/>: Which of its numbers.
/// </summary>
sealed record BucketOrder(string Path, string? Part, bool IsDescending)
{
    public const string Key = "_key";
    public const string Count = "_count";

    public static BucketOrder ByKey { get; } = new(Key, null, false);

    public static BucketOrder ByCount { get; } = new(Count, null, true);

    /// <summary>Reads <c>{"_count":"desc"}</c> or an array of such. Of equals the one with the smaller key comes first.</summary>
    public static List<BucketOrder> Parse(JsonElement? json, IReadOnlyList<Aggregator> children, BucketOrder otherwise)
    {
        if (json is not { } given)
            return otherwise == ByKey ? [otherwise] : [otherwise, ByKey];
        var orders = new List<BucketOrder>();
        foreach (var one in JsonBody.OneOrMany(given))
            orders.AddRange(one.EnumerateObject().Select(member => Parse(member, children)));
        if (!orders.Exists(static order => order.Path == Key))
            orders.Add(ByKey);
        return orders;
    }

    /// <summary>Compares two buckets; below 0 if the first comes first.</summary>
    public static int Compare(
        IReadOnlyList<BucketOrder> orders, int a, int b, Func<int, long> count, Comparison<int> byKey, IReadOnlyList<Aggregator> children)
    {
        foreach (var order in orders)
        {
            var result = order.Path switch
            {
                Key => byKey(a, b),
                Count => count(a).CompareTo(count(b)),
                _ => order.CompareMetric(children, a, b),
            };
            if (result != 0)
                return order.IsDescending ? -result : result;
        }

        return 0;
    }

    static BucketOrder Parse(JsonProperty member, IReadOnlyList<Aggregator> children)
    {
        var isDescending = JsonBody.Text(member.Value)?.ToLowerInvariant() switch
        {
            "desc" => true,
            "asc" => false,
            _ => throw SearchException.Parsing($"Unknown order direction [{JsonBody.Text(member.Value)}]"),
        };
        if (member.Name is Key or Count)
            return new(member.Name, null, isDescending);
        var dot = member.Name.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? member.Name : member.Name[..dot];
        if (!children.Any(child => child.Name == name))
        {
            throw SearchException.OfShard(
                "aggregation_execution_exception",
                $"Invalid aggregation order path [{member.Name}]. The provided aggregation [{name}] either does not exist, or is a pipeline aggregation and cannot be used to sort the buckets.",
                status: 500);
        }

        return new(name, dot < 0 ? null : member.Name[(dot + 1)..], isDescending);
    }

    // What has no number comes last, whichever the direction.
    int CompareMetric(IReadOnlyList<Aggregator> children, int a, int b)
    {
        var child = children.First(child => child.Name == Path);
        var (x, y) = (child.Metric(Part, a), child.Metric(Part, b));
        return double.IsNaN(x) || double.IsNaN(y)
            ? (double.IsNaN(x) ? 1 : 0).CompareTo(double.IsNaN(y) ? 1 : 0) * (IsDescending ? -1 : 1)
            : x.CompareTo(y);
    }
}
