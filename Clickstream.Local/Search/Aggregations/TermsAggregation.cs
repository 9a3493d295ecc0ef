using System.Text.Json;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>terms: a bucket for each value, of which the answer has the first so many.</summary>
sealed class TermsAggregation : BucketAggregator
{
    readonly AggregationContext _context;
    readonly TermsOptions _options;
    readonly FieldMapping? _field;
    readonly TermValues? _values;
    readonly BucketHash _ids;
    int[][]? _byOwner;
    int _owners = 1;

    TermsAggregation(string name, TermsOptions options, FieldMapping? field, IReadOnlyList<Aggregator> children, AggregationContext context)
        : base(name, children)
    {
        (_context, _options, _field) = (context, options, field);
        _values = field is null ? null : TermValues.For(field, options.Missing, context);
        _ids = new(_values?.Count);
    }

    public static TermsAggregation Parse(string name, JsonElement json, IReadOnlyList<Aggregator> children, AggregationContext context)
    {
        var body = new AggregationBody("terms", json);
        var field = context.Find(body.Field());
        var options = new TermsOptions
        {
            Size = (int)(body.Number("size") ?? 10),
            MinCount = body.Number("min_doc_count") ?? 1,
            ShardSize = body.Number("shard_size"),
            Missing = body.Text("missing"),
            Orders = BucketOrder.Parse(body.Take("order"), children, BucketOrder.ByCount),
        };
        if (options.Size < 1)
            throw body.Bad("size", $"[size] must be greater than 0. Found [{options.Size}] in [{name}]");
        if (options.MinCount < 1)
            throw body.Bad("min_doc_count", "[min_doc_count] below 1 is not supported by this node for [terms]");

        _ = body.Take("execution_hint");
        _ = body.Take("collect_mode");
        body.Done();
        return new(name, options, field, children, context);
    }

    public override void SetLeaf(SearchLeaf leaf)
    {
        base.SetLeaf(leaf);
        _values?.SetLeaf(leaf);
    }

    public override void Collect(int document, int bucket)
    {
        if (_values is null)
            return;
        _owners = Math.Max(_owners, bucket + 1);
        for (var more = _values.MoveTo(document); more; more = _values.MoveNext())
            CollectInto(_ids.Add(bucket, _values.Current), document);
    }

    public override void Write(Utf8JsonWriter json, int bucket)
    {
        var ids = bucket == Empty || _values is null ? [] : OfOwner(bucket);

        // As OpenSearch: of a shard's buckets some more than are shown are taken, and of these the ones with too few documents fall out.
        var taken = First(ids);
        var shown = taken.Where(id => CountOf(id) >= _options.MinCount).Take(_options.Size).ToList();
        _context.AddBuckets(shown.Count);
        var others = 0L;
        foreach (var id in ids)
            others += CountOf(id);
        foreach (var id in taken)
            others -= CountOf(id);
        foreach (var id in taken.Where(id => CountOf(id) >= _options.MinCount).Skip(_options.Size))
            others += CountOf(id);

        // One shard has the whole truth; OpenSearch says all the same that it does not know where it has not taken all and they are ordered
        // by something else than the key or the highest count.
        var isUnknown = taken.Count >= _options.TakenSize
            && _options.Orders[0] is not ({ Path: BucketOrder.Key } or { Path: BucketOrder.Count, IsDescending: true });
        json.WriteNumber("doc_count_error_upper_bound", isUnknown ? -1 : 0);
        json.WriteNumber("sum_other_doc_count", others);
        json.WriteStartArray("buckets");
        foreach (var id in shown)
        {
            json.WriteStartObject();
            WriteKey(json, _ids.ValueOf(id));
            WriteBucket(json, id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    int[] OfOwner(int bucket)
    {
        _byOwner ??= _ids.ByOwner(_owners);
        return bucket < _byOwner.Length ? _byOwner[bucket] : [];
    }

    // A heap of as many as are wanted, the last of them on top.
    List<int> First(int[] ids)
    {
        var last = Comparer<int>.Create((a, b) => Compare(b, a));
        var heap = new PriorityQueue<int, int>(last);
        foreach (var id in ids)
        {
            if (heap.Count < _options.TakenSize)
                heap.Enqueue(id, id);
            else if (_options.Orders[0] is { Path: BucketOrder.Count, IsDescending: true } && CountOf(id) < CountOf(heap.Peek()))
                continue;
            else if (Compare(id, heap.Peek()) < 0)
                heap.EnqueueDequeue(id, id);
        }

        var first = new List<int>(heap.Count);
        while (heap.TryDequeue(out var id, out _))
            first.Add(id);
        first.Reverse();
        return first;
    }

    int Compare(int a, int b) => BucketOrder.Compare(
        _options.Orders, a, b, CountOf, (x, y) => _values!.Compare(_ids.ValueOf(x), _ids.ValueOf(y)), Children);

    void WriteKey(Utf8JsonWriter json, long value)
    {
        switch (_field!.Type)
        {
            case FieldType.Keyword:
                json.WriteString("key", _values!.TextOf(value));
                break;
            case FieldType.Double or FieldType.Float:
                json.WriteDouble("key", NumericUtils.SortableInt64ToDouble(value));
                break;
            default:
                json.WriteNumber("key", value);
                if (MetricValue.Text(_field, value) is { } text)
                    json.WriteString("key_as_string", text);
                break;
        }
    }

    sealed record TermsOptions
    {
        public required int Size { get; init; }

        public required long? ShardSize { get; init; }

        public required long MinCount { get; init; }

        /// <summary>How many buckets are taken before those with too few documents fall out.</summary>
        public long TakenSize => Math.Max(ShardSize ?? ((Size * 3L / 2) + 10), Size);

        public required string? Missing { get; init; }

        public required IReadOnlyList<BucketOrder> Orders { get; init; }
    }
}
