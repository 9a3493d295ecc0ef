using System.Text.Json;
using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>
/// cardinality: how many different values there are. Exact, where OpenSearch begins to estimate at some thousands.
/// </summary>
sealed class CardinalityAggregation : Aggregator
{
    readonly FieldMapping? _field;
    readonly GlobalOrdinals? _ordinals;
    readonly BucketHash _seen = new();
    Growing<OrdinalSet?> _ordinalsSeen = new();
    readonly long? _missing;
    Growing<long> _counts = new();
    NumericColumn _numbers;
    KeywordColumn _keywords;

    CardinalityAggregation(string name, FieldMapping? field, GlobalOrdinals? ordinals, long? missing)
        : base(name) => (_field, _ordinals, _missing) = (field, ordinals, missing);

    public static CardinalityAggregation Parse(string name, JsonElement json, AggregationContext context)
    {
        var body = new AggregationBody("cardinality", json);
        var field = context.Find(body.Field());
        _ = body.Number("precision_threshold");
        var missing = body.Text("missing");
        body.Done();
        if (field is not { Type: FieldType.Keyword })
            return new(name, field, null, missing is null || field is null ? null : NumericValue.Parse(field, missing, coerce: true));
        var ordinals = context.OrdinalsOf(field);
        return new(name, field, ordinals, missing is null ? null : ordinals.Find(missing));
    }

    public override void SetLeaf(SearchLeaf leaf)
    {
        if (_ordinals is not null)
            _keywords = new(leaf, _ordinals);
        else if (_field is not null)
            _numbers = new(leaf, _field.Name, _missing);
    }

    public override void Collect(int document, int bucket)
    {
        if (_ordinals is null)
        {
            foreach (var value in _numbers.Of(document))
                AddNumber(bucket, value);
            return;
        }

        if (_keywords.IsSingle)
        {
            var ordinal = _keywords.Single(document);
            if (ordinal >= 0)
                AddOrdinal(bucket, ordinal);
            else if (_missing is { } missing)
                AddOrdinal(bucket, MissingOrdinal(missing));
            return;
        }

        var any = false;
        _keywords.MoveTo(document);
        for (var ordinal = _keywords.Next(); ordinal >= 0; ordinal = _keywords.Next())
        {
            AddOrdinal(bucket, ordinal);
            any = true;
        }

        if (!any && _missing is { } other)
            AddOrdinal(bucket, MissingOrdinal(other));
    }

    public override void Write(Utf8JsonWriter json, int bucket) => json.WriteNumber("value", CountOf(bucket));

    public override double Metric(string? part, int bucket) => CountOf(bucket);

    long CountOf(int bucket) => _ordinals is null ? _counts.At(bucket) : _ordinalsSeen.At(bucket)?.Count ?? 0;

    void AddOrdinal(int bucket, int ordinal) => (_ordinalsSeen[bucket] ??= new(_ordinals!.Count + 1)).Add(ordinal);

    // One that no document has is numbered behind all the others.
    int MissingOrdinal(long found) => found >= 0 ? (int)found : _ordinals!.Count;

    void AddNumber(int bucket, long value)
    {
        var before = _seen.Count;
        if (_seen.Add(bucket, value) == before)
            _counts[bucket]++;
    }
}
