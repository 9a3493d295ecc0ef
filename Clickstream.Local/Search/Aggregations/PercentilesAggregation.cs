using System.Globalization;
using System.Text.Json;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>percentiles, from all values: what OpenSearch estimates with a t-digest, and the same where values are few.</summary>
sealed class PercentilesAggregation : Aggregator
{
    static readonly double[] s_default = [1, 5, 25, 50, 75, 95, 99];

    readonly FieldMapping? _field;
    readonly double[] _percents;
    readonly bool _isKeyed;
    Growing<List<double>?> _samples = new();
    NumericColumn _values;

    PercentilesAggregation(string name, FieldMapping? field, double[] percents, bool isKeyed)
        : base(name) => (_field, _percents, _isKeyed) = (field, percents, isKeyed);

    public static PercentilesAggregation Parse(string name, JsonElement json, AggregationContext context)
    {
        var body = new AggregationBody("percentiles", json);
        var field = context.FindNumeric(body.Field(), "percentiles");
        var percents = body.Take("percents") is { } list ? [.. list.EnumerateArray().Select(static percent => percent.GetDouble()).Order()] : s_default;
        if (percents.Length == 0 || percents.Any(static percent => percent is < 0 or > 100))
            throw body.Bad("percents", "[percents] must be between 0 and 100, and not be empty");
        var isKeyed = body.Take("keyed") is not { } keyed || JsonBody.Bool(keyed);

        // Exact whatever the compression.
        _ = body.Take("tdigest");
        body.Done();
        return new(name, field, percents, isKeyed);
    }

    public override void SetLeaf(SearchLeaf leaf) => _values = _field is null ? default : new(leaf, _field.Name);

    public override void Collect(int document, int bucket)
    {
        foreach (var value in _values.Of(document))
            (_samples[bucket] ??= []).Add(NumericValue.ToDouble(_field!.Type, value));
    }

    public override void Write(Utf8JsonWriter json, int bucket)
    {
        var samples = Sorted(bucket);
        if (_isKeyed)
            json.WriteStartObject("values");
        else
            json.WriteStartArray("values");
        foreach (var percent in _percents)
        {
            double? value = samples.Count == 0 ? null : At(samples, percent);
            if (_isKeyed)
                WriteKeyed(json, JavaNumbers.ToJava(percent), value);
            else
                WriteInArray(json, percent, value);
        }

        if (_isKeyed)
            json.WriteEndObject();
        else
            json.WriteEndArray();
    }

    public override double Metric(string? part, int bucket) =>
        double.TryParse(part, CultureInfo.InvariantCulture, out var percent) && _percents.Contains(percent)
            ? Sorted(bucket) is { Count: > 0 } samples ? At(samples, percent) : double.NaN
            : base.Metric(part, bucket);

    List<double> Sorted(int bucket)
    {
        var samples = _samples.At(bucket) ?? [];
        samples.Sort();
        return samples;
    }

    // A sample stands for the middle of its share of the whole, and between two of them the line is straight.
    static double At(List<double> samples, double percent)
    {
        var position = Math.Clamp((percent / 100 * samples.Count) - 0.5, 0, samples.Count - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, samples.Count - 1);
        return samples[below] + ((position - below) * (samples[above] - samples[below]));
    }

    void WriteKeyed(Utf8JsonWriter json, string key, double? value)
    {
        if (value is null)
            json.WriteNull(key);
        else
            MetricValue.Write(json, key, value.Value, _field);
    }

    void WriteInArray(Utf8JsonWriter json, double percent, double? value)
    {
        json.WriteStartObject();
        json.WriteDouble("key", percent);
        WriteKeyed(json, "value", value);
        json.WriteEndObject();
    }
}
