using System.Text.Json;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>sum, avg, min, max, and stats, which is all of them.</summary>
sealed class StatsAggregation : Aggregator
{
    readonly string _type;
    readonly FieldMapping? _field;
    readonly long? _missing;
    Growing<Stats> _stats = new();
    NumericColumn _values;

    StatsAggregation(string name, string type, FieldMapping? field, long? missing)
        : base(name) => (_type, _field, _missing) = (type, field, missing);

    public static StatsAggregation Parse(string name, string type, JsonElement json, AggregationContext context)
    {
        var body = new AggregationBody(type, json);
        var field = context.FindNumeric(body.Field(), type);
        var missing = body.Text("missing");
        body.Done();
        return new(name, type, field, missing is null || field is null ? null : NumericValue.Parse(field, missing, coerce: true));
    }

    public override void SetLeaf(SearchLeaf leaf) => _values = _field is null ? default : new(leaf, _field.Name, _missing);

    public override void Collect(int document, int bucket)
    {
        foreach (var value in _values.Of(document))
            _stats[bucket].Add(NumericValue.ToDouble(_field!.Type, value));
    }

    public override void Write(Utf8JsonWriter json, int bucket)
    {
        var stats = _stats.At(bucket);
        if (_type != "stats")
        {
            WriteOne(json, "value", stats, _type);
            return;
        }

        json.WriteNumber("count", stats.Count);
        foreach (var part in (string[])["min", "max", "avg", "sum"])
            WriteOne(json, part, stats, part);
    }

    public override double Metric(string? part, int bucket)
    {
        var stats = _stats.At(bucket);
        return (_type == "stats" ? part : _type) switch
        {
            "count" => stats.Count,
            "sum" => stats.Sum,
            "avg" => stats.Average,
            "min" => stats.Count == 0 ? double.PositiveInfinity : stats.Min,
            "max" => stats.Count == 0 ? double.NegativeInfinity : stats.Max,
            _ => base.Metric(part, bucket),
        };
    }

    void WriteOne(Utf8JsonWriter json, string name, in Stats stats, string part)
    {
        if (stats.Count == 0 && part != "sum")
        {
            json.WriteNull(name);
            return;
        }

        var value = part switch
        {
            "sum" => stats.Sum,
            "avg" => stats.Average,
            "min" => stats.Min,
            _ => stats.Max,
        };
        if (_type == "stats" && stats.Count == 0)
            json.WriteDouble(name, value);
        else
            MetricValue.Write(json, name, value, _field);
    }

    /// <summary>The sum is compensated as OpenSearch's is, so that both have the same digits.</summary>
    struct Stats
    {
        double _sum;
        double _compensation;

        public long Count { get; private set; }

        public double Min { get; private set; }

        public double Max { get; private set; }

        public readonly double Sum => _sum + _compensation;

        public readonly double Average => Sum / Count;

        public void Add(double value)
        {
            Min = Count == 0 ? value : Math.Min(Min, value);
            Max = Count == 0 ? value : Math.Max(Max, value);
            Count++;
            var corrected = value + _compensation;
            var sum = _sum + corrected;
            _compensation = corrected - (sum - _sum);
            _sum = sum;
        }
    }
}
