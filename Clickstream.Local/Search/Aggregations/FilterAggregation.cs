using System.Text.Json;
using Clickstream.Local.Search.Queries;
using Clickstream.Local.Search.Searching;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>filter and filters: a bucket of the documents that a query finds, for each query.</summary>
sealed class FilterAggregation : BucketAggregator
{
    readonly IReadOnlyList<Filter> _filters;
    readonly Shape _shape;
    readonly string? _otherKey;
    readonly FixedBitSet?[] _bits;

    FilterAggregation(string name, IReadOnlyList<Filter> filters, Shape shape, string? otherKey, IReadOnlyList<Aggregator> children)
        : base(name, children)
    {
        (_filters, _shape, _otherKey) = (filters, shape, otherKey);
        _bits = new FixedBitSet[filters.Count];
    }

    int BucketsEach => _filters.Count + (_otherKey is null ? 0 : 1);

    public static FilterAggregation ParseFilter(string name, JsonElement json, IReadOnlyList<Aggregator> children, AggregationContext context) =>
        new(name, [new("", json, context.Shards)], Shape.Single, null, children);

    public static FilterAggregation ParseFilters(string name, JsonElement json, IReadOnlyList<Aggregator> children, AggregationContext context)
    {
        var body = new AggregationBody("filters", json);
        var given = body.Take("filters") ?? throw SearchException.IllegalArgument("[filters] cannot be empty.");
        var hasOther = body.Flag("other_bucket");
        var otherKey = body.Text("other_bucket_key");
        body.Done();
        var isKeyed = given.ValueKind == JsonValueKind.Object;
        List<Filter> filters = isKeyed
            ? [.. given.EnumerateObject().Select(member => new Filter(member.Name, member.Value, context.Shards))]
            : [.. given.EnumerateArray().Select(query => new Filter("", query, context.Shards))];
        return filters.Count == 0
            ? throw SearchException.IllegalArgument("[filters] cannot be empty.")
            : new(name, filters, isKeyed ? Shape.Keyed : Shape.Array, otherKey ?? (hasOther ? "_other_" : null), children);
    }

    public override void SetLeaf(SearchLeaf leaf)
    {
        base.SetLeaf(leaf);
        for (var i = 0; i < _bits.Length; i++)
            _bits[i] = _filters[i].BitsOf(leaf);
    }

    public override void Collect(int document, int bucket)
    {
        var none = true;
        for (var i = 0; i < _bits.Length; i++)
        {
            if (_bits[i] is { } bits && !bits.Get(document))
                continue;
            none = false;
            CollectInto((bucket * BucketsEach) + i, document);
        }

        if (none && _otherKey is not null)
            CollectInto((bucket * BucketsEach) + _filters.Count, document);
    }

    public override void Write(Utf8JsonWriter json, int bucket)
    {
        if (_shape == Shape.Single)
        {
            WriteBucket(json, bucket);
            return;
        }

        if (_shape == Shape.Keyed)
            json.WriteStartObject("buckets");
        else
            json.WriteStartArray("buckets");
        for (var i = 0; i < BucketsEach; i++)
        {
            if (_shape == Shape.Keyed)
                json.WritePropertyName(i < _filters.Count ? _filters[i].Key : _otherKey!);
            json.WriteStartObject();
            WriteBucket(json, bucket == Empty ? Empty : (bucket * BucketsEach) + i);
            json.WriteEndObject();
        }

        if (_shape == Shape.Keyed)
            json.WriteEndObject();
        else
            json.WriteEndArray();
    }

    public override double Metric(string? part, int bucket) => _shape == Shape.Single ? CountOf(bucket) : base.Metric(part, bucket);

    enum Shape
    {
        Single,
        Keyed,
        Array,
    }

    /// <summary>A query, made for each of the indices.</summary>
    sealed class Filter
    {
        readonly Dictionary<SearchShard, (Query Query, Weight? Weight)> _queries = [];

        public Filter(string key, JsonElement json, IReadOnlyList<SearchShard> shards)
        {
            Key = key;
            foreach (var shard in shards)
            {
                var query = QueryDsl.Parse(json, shard.Context);
                _queries[shard] = (query, Matches.WeightOf(shard, query));
            }
        }

        public string Key { get; }

        /// <summary>The documents that it finds; null for all.</summary>
        public FixedBitSet? BitsOf(SearchLeaf leaf)
        {
            var (query, weight) = _queries[leaf.Shard];
            if (query is MatchAllDocsQuery)
                return null;
            var bits = new FixedBitSet(leaf.Reader.MaxDoc);
            var matches = new Matches(leaf, query, weight);
            while (matches.MoveNext())
                bits.Set(matches.Document);
            return bits;
        }
    }
}
