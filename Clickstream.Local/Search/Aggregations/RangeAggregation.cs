using System.Text.Json;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Queries;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>range and date_range: intervals that the request gives, from each lower end up to, and without, the upper one.</summary>
sealed class RangeAggregation : BucketAggregator
{
    readonly FieldMapping? _field;
    readonly IReadOnlyList<Interval> _ranges;
    readonly bool _isKeyed;
    NumericColumn _values;

    RangeAggregation(string name, FieldMapping? field, IReadOnlyList<Interval> ranges, bool isKeyed, IReadOnlyList<Aggregator> children)
        : base(name, children) => (_field, _ranges, _isKeyed) = (field, ranges, isKeyed);

    public static RangeAggregation Parse(
        string name, JsonElement json, IReadOnlyList<Aggregator> children, AggregationContext context, bool isDate)
    {
        var type = isDate ? "date_range" : "range";
        var body = new AggregationBody(type, json);
        var field = context.FindNumeric(body.Field(), type);
        var format = !isDate ? null : body.Text("format") is { } pattern
            ? DateFormat.TryCreate(pattern) ?? throw body.Bad("format", $"Invalid format: [{pattern}] is not supported by this node")
            : field is { Type: FieldType.Date } ? field.DateFormat : DateFormat.Default;
        if (isDate && body.Take("time_zone") is { } zone)
            TimeZones.RequireUtc(zone);
        var isKeyed = body.Flag("keyed");
        var ranges = body.Take("ranges") is { ValueKind: JsonValueKind.Array } given
            ? given.EnumerateArray().Select(range => Interval.Parse(range, format, context.Now)).ToList()
            : throw SearchException.IllegalArgument($"No [ranges] specified for the [{name}] aggregation");
        body.Done();
        return new(name, field, [.. ranges.OrderBy(static range => range.From).ThenBy(static range => range.To)], isKeyed, children);
    }

    public override void SetLeaf(SearchLeaf leaf)
    {
        base.SetLeaf(leaf);
        _values = _field is null ? default : new(leaf, _field.Name);
    }

    public override void Collect(int document, int bucket)
    {
        var values = _values.Of(document);
        for (var i = 0; i < _ranges.Count; i++)
        {
            foreach (var stored in values)
            {
                // A range has a document once.
                var value = NumericValue.ToDouble(_field!.Type, stored);
                if (value < _ranges[i].From || value >= _ranges[i].To)
                    continue;
                CollectInto((bucket * _ranges.Count) + i, document);
                break;
            }
        }
    }

    public override void Write(Utf8JsonWriter json, int bucket)
    {
        if (_isKeyed)
            json.WriteStartObject("buckets");
        else
            json.WriteStartArray("buckets");
        for (var i = 0; i < _ranges.Count; i++)
        {
            if (_isKeyed)
                json.WritePropertyName(_ranges[i].Key);
            json.WriteStartObject();
            if (!_isKeyed)
                json.WriteString("key", _ranges[i].Key);
            _ranges[i].WriteEnds(json);
            WriteBucket(json, bucket == Empty ? Empty : (bucket * _ranges.Count) + i);
            json.WriteEndObject();
        }

        if (_isKeyed)
            json.WriteEndObject();
        else
            json.WriteEndArray();
    }

    /// <summary>A range of the request; <paramref name="Format"/> is that of dates.</summary>
    sealed record Interval(string Key, double From, double To, DateFormat? Format)
    {
        public static Interval Parse(JsonElement json, DateFormat? format, DateTimeOffset now)
        {
            string? key = null;
            var (from, to) = (double.NegativeInfinity, double.PositiveInfinity);
            foreach (var member in json.EnumerateObject())
            {
                switch (member.Name)
                {
                    case "key":
                        key = JsonBody.Text(member.Value);
                        break;
                    case "from":
                        from = End(member.Value, format, now) ?? from;
                        break;
                    case "to":
                        to = End(member.Value, format, now) ?? to;
                        break;
                    default:
                        throw SearchException.UnknownField("range", member.Name);
                }
            }

            return new(key ?? $"{Text(from, format)}-{Text(to, format)}", from, to, format);
        }

        public void WriteEnds(Utf8JsonWriter json)
        {
            foreach (var (name, value) in ((string, double)[])[("from", From), ("to", To)])
            {
                if (!double.IsFinite(value))
                    continue;
                json.WriteDouble(name, value);
                if (Format is not null)
                    json.WriteString(name + "_as_string", Text(value, Format));
            }
        }

        static double? End(JsonElement json, DateFormat? format, DateTimeOffset now)
        {
            if (JsonBody.Text(json) is not { } text)
                return null;
            try
            {
                return format is null ? NumericValue.ParseDouble(text) : DateMath.Evaluate(text, format, now, roundUp: false);
            }
            catch (FormatException e)
            {
                throw RangeQueries.BadDate(e);
            }
        }

        static string Text(double value, DateFormat? format) =>
            !double.IsFinite(value) ? "*" : format is null ? JavaNumbers.ToJava(value) : format.Format((long)value);
    }
}
