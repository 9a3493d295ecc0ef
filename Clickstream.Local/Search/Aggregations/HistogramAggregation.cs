using System.Text.Json;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>histogram: intervals of numbers.</summary>
sealed class HistogramAggregation : HistogramBase
{
    readonly double _interval;
    readonly double _offset;

    HistogramAggregation(
        string name, FieldMapping? field, double interval, double offset, HistogramOptions options, IReadOnlyList<Aggregator> children, AggregationContext context)
        : base(name, field, options, children, context) => (_interval, _offset) = (interval, offset);

    public static HistogramAggregation Parse(string name, JsonElement json, IReadOnlyList<Aggregator> children, AggregationContext context)
    {
        var body = new AggregationBody("histogram", json);
        var field = context.FindNumeric(body.Field(), "histogram");
        if (body.Take("interval") is not { ValueKind: JsonValueKind.Number } number || number.GetDouble() is not (> 0 and var interval))
            throw body.Bad("interval", $"[interval] must be >0 for histogram aggregation [{name}]");
        var offset = body.Take("offset") is { ValueKind: JsonValueKind.Number } given ? given.GetDouble() : 0;
        var options = ReadOptions(body, children, field);
        var (min, max) = ReadBounds(body);
        body.Done();
        return new(name, field, interval, offset, options with { First = Bound(min), Last = Bound(max) }, children, context);

        long? Bound(string? text) => text is null ? null : (long)Math.Floor((NumericValue.ParseDouble(text) - offset) / interval);
    }

    protected override long IntervalOf(long value) =>
        (long)Math.Floor((NumericValue.ToDouble(Field!.Type, value) - _offset) / _interval);

    protected override void WriteKey(Utf8JsonWriter json, long interval)
    {
        json.WriteDouble("key", KeyOf(interval));
        if (MetricValue.Text(Field, KeyOf(interval)) is { } text)
            json.WriteString("key_as_string", text);
    }

    protected override string KeyText(long interval) => JavaNumbers.ToJava(KeyOf(interval));

    double KeyOf(long interval) => (interval * _interval) + _offset;
}
