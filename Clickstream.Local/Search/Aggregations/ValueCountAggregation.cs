using System.Text.Json;
using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>value_count: how many values there are.</summary>
sealed class ValueCountAggregation : Aggregator
{
    readonly FieldMapping? _field;
    readonly GlobalOrdinals? _ordinals;
    Growing<long> _counts = new();
    NumericColumn _numbers;
    KeywordColumn _keywords;

    ValueCountAggregation(string name, FieldMapping? field, GlobalOrdinals? ordinals)
        : base(name) => (_field, _ordinals) = (field, ordinals);

    public static ValueCountAggregation Parse(string name, JsonElement json, AggregationContext context)
    {
        var body = new AggregationBody("value_count", json);
        var field = context.Find(body.Field());
        body.Done();
        return new(name, field, field is { Type: FieldType.Keyword } ? context.OrdinalsOf(field) : null);
    }

    public override void SetLeaf(SearchLeaf leaf)
    {
        if (_ordinals is not null)
            _keywords = new(leaf, _ordinals);
        else if (_field is not null)
            _numbers = new(leaf, _field.Name);
    }

    public override void Collect(int document, int bucket)
    {
        if (_ordinals is null)
        {
            _counts[bucket] += _numbers.Of(document).Length;
        }
        else if (_keywords.IsSingle)
        {
            if (_keywords.Single(document) >= 0)
                _counts[bucket]++;
        }
        else
        {
            _keywords.MoveTo(document);
            while (_keywords.Next() >= 0)
                _counts[bucket]++;
        }
    }

    public override void Write(Utf8JsonWriter json, int bucket) => json.WriteNumber("value", _counts.At(bucket));

    public override double Metric(string? part, int bucket) => _counts.At(bucket);
}
