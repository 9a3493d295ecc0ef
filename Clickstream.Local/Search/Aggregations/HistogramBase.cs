using System.Text.Json;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>
/// Buckets of intervals side by side. An interval is known by a number that grows by one from each to the next, so gaps can be filled.
/// </summary>
abstract class HistogramBase : BucketAggregator
{
    readonly AggregationContext _context;
    readonly HistogramOptions _options;
    readonly BucketHash _ids = new();
    int[][]? _byOwner;
    int _owners = 1;
    NumericColumn _values;

    // Neighbouring documents are mostly of the same interval.
    int _lastOwner = -1;
    long _lastInterval;
    int _lastId;

    protected HistogramBase(
        string name, FieldMapping? field, HistogramOptions options, IReadOnlyList<Aggregator> children, AggregationContext context)
        : base(name, children) => (Field, _options, _context) = (field, options, context);

    protected FieldMapping? Field { get; }

    public override void SetLeaf(SearchLeaf leaf)
    {
        base.SetLeaf(leaf);
        _values = Field is null ? default : new(leaf, Field.Name, _options.Missing);
    }

    public override void Collect(int document, int bucket)
    {
        // Values are in order, and an interval has a document once.
        long? previous = null;
        foreach (var value in _values.Of(document))
        {
            var interval = IntervalOf(value);
            if (interval == previous)
                continue;
            previous = interval;
            CollectInto(IdOf(bucket, interval), document);
        }
    }

    public override void Write(Utf8JsonWriter json, int bucket)
    {
        var buckets = Intervals(bucket);
        _context.AddBuckets(buckets.Count);
        if (_options.IsKeyed)
            json.WriteStartObject("buckets");
        else
            json.WriteStartArray("buckets");
        foreach (var (interval, id) in buckets)
        {
            if (_options.IsKeyed)
                json.WritePropertyName(KeyText(interval));
            json.WriteStartObject();
            WriteKey(json, interval);
            WriteBucket(json, id);
            json.WriteEndObject();
        }

        if (_options.IsKeyed)
            json.WriteEndObject();
        else
            json.WriteEndArray();
    }

    /// <summary>The interval that a value as it is stored belongs to.</summary>
    protected abstract long IntervalOf(long value);

    protected abstract void WriteKey(Utf8JsonWriter json, long interval);

    /// <summary>The key as the name of a member.</summary>
    protected abstract string KeyText(long interval);

    /// <summary>The options that both histograms have.</summary>
    protected static HistogramOptions ReadOptions(AggregationBody body, IReadOnlyList<Aggregator> children, FieldMapping? field) => new()
    {
        MinCount = body.Number("min_doc_count") ?? 0,
        IsKeyed = body.Flag("keyed"),
        Orders = BucketOrder.Parse(body.Take("order"), children, BucketOrder.ByKey),
        Missing = body.Text("missing") is { } missing && field is not null ? NumericValue.Parse(field, missing, coerce: true) : null,
    };

    /// <summary>The bounds that the buckets reach at least, as <c>{"min":...,"max":...}</c>.</summary>
    protected static (string? Min, string? Max) ReadBounds(AggregationBody body)
    {
        if (body.Take("extended_bounds") is not { } bounds)
            return default;
        string? min = null, max = null;
        foreach (var member in bounds.EnumerateObject())
        {
            switch (member.Name)
            {
                case "min":
                    min = JsonBody.Text(member.Value);
                    break;
                case "max":
                    max = JsonBody.Text(member.Value);
                    break;
                default:
                    throw SearchException.UnknownField("extended_bounds", member.Name);
            }
        }

        return (min, max);
    }

    int IdOf(int bucket, long interval)
    {
        if (bucket == _lastOwner && interval == _lastInterval)
            return _lastId;
        _owners = Math.Max(_owners, bucket + 1);
        (_lastOwner, _lastInterval, _lastId) = (bucket, interval, _ids.Add(bucket, interval));
        return _lastId;
    }

    List<(long Interval, int Id)> Intervals(int bucket)
    {
        var known = new List<(long Interval, int Id)>();
        if (bucket != Empty)
        {
            _byOwner ??= _ids.ByOwner(_owners);
            if (bucket < _byOwner.Length)
                known.AddRange(_byOwner[bucket].Select(id => (_ids.ValueOf(id), id)));
        }

        known.Sort(static (a, b) => a.Interval.CompareTo(b.Interval));
        var buckets = _options.MinCount == 0 ? Filled(known) : known.FindAll(pair => CountOf(pair.Id) >= _options.MinCount);
        if (_options.Orders is not [{ Path: BucketOrder.Key, IsDescending: false }])
            buckets.Sort((x, y) => BucketOrder.Compare(_options.Orders, x.Id, y.Id, CountOf, (_, _) => x.Interval.CompareTo(y.Interval), Children));
        return buckets;
    }

    List<(long Interval, int Id)> Filled(List<(long Interval, int Id)> known)
    {
        var (first, last) = (_options.First, _options.Last);
        if (known.Count > 0)
            (first, last) = (Math.Min(first ?? long.MaxValue, known[0].Interval), Math.Max(last ?? long.MinValue, known[^1].Interval));
        if (first is not { } from || last is not { } to || from > to)
            return known;

        // Looked at before they are made: an interval too small is a great many of them.
        if (to - from > 10_000_000)
            _context.AddBuckets(to - from);
        var filled = new List<(long, int)>();
        var next = 0;
        for (var interval = from; interval <= to; interval++)
        {
            if (next < known.Count && known[next].Interval == interval)
                filled.Add(known[next++]);
            else
                filled.Add((interval, Empty));
        }

        return filled;
    }
}

/// <summary>What both histograms can be told.</summary>
sealed record HistogramOptions
{
    public required long MinCount { get; init; }

    public required bool IsKeyed { get; init; }

    public required IReadOnlyList<BucketOrder> Orders { get; init; }

    /// <summary>What stands for a value that is not there.</summary>
    public long? Missing { get; init; }

    /// <summary>The intervals that there are at least.</summary>
    public long? First { get; init; }

    public long? Last { get; init; }
}
