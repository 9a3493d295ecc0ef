using System.Text.Json;
using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Queries;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>date_histogram: intervals of time, in UTC.</summary>
sealed class DateHistogramAggregation : HistogramBase
{
    readonly DateInterval _interval;
    readonly DateFormat? _format;

    DateHistogramAggregation(
        string name, FieldMapping? field, DateInterval interval, DateFormat? format, HistogramOptions options, IReadOnlyList<Aggregator> children, AggregationContext context)
        : base(name, field, options, children, context) => (_interval, _format) = (interval, format);

    public static DateHistogramAggregation Parse(string name, JsonElement json, IReadOnlyList<Aggregator> children, AggregationContext context)
    {
        var body = new AggregationBody("date_histogram", json);
        var field = context.FindNumeric(body.Field(), "date_histogram");
        var offset = body.Text("offset") is { } text ? Offset(text) : 0;
        var interval = Interval(body, offset);
        var format = body.Text("format") is { } pattern
            ? DateFormat.TryCreate(pattern) ?? throw body.Bad("format", $"Invalid format: [{pattern}] is not supported by this node")
            : field is { Type: FieldType.Date } ? field.DateFormat : null;
        if (body.Take("time_zone") is { } zone)
            TimeZones.RequireUtc(zone);
        var options = ReadOptions(body, children, field);
        var (min, max) = ReadBounds(body);
        body.Done();
        return new(name, field, interval, format, options with { First = Bound(min), Last = Bound(max) }, children, context);

        long? Bound(string? date) => date is null ? null : interval.Of(DateMath.Evaluate(date, format ?? DateFormat.Default, context.Now, roundUp: false));
    }

    protected override long IntervalOf(long value) => _interval.Of(value);

    protected override void WriteKey(Utf8JsonWriter json, long interval)
    {
        var start = _interval.Start(interval);
        if (_format is not null)
            json.WriteString("key_as_string", _format.Format(start));
        json.WriteNumber("key", start);
    }

    protected override string KeyText(long interval) => (_format ?? DateFormat.Default).Format(_interval.Start(interval));

    static DateInterval Interval(AggregationBody body, long offset)
    {
        var (fixedInterval, calendar, old) = (body.Text("fixed_interval"), body.Text("calendar_interval"), body.Text("interval"));
        try
        {
            return (fixedInterval, calendar, old) switch
            {
                ({ } length, null, null) => DateInterval.Fixed(length, offset),
                (null, { } unit, null) => DateInterval.Calendar(unit, offset),

                // The old name means whichever it can be.
                (null, null, { } either) => IsCalendar(either) ? DateInterval.Calendar(either, offset) : DateInterval.Fixed(either, offset),
                (null, null, null) => throw SearchException.OfShard(
                    "illegal_argument_exception", "Invalid interval specified, must be non-null and non-empty"),
                _ => throw SearchException.IllegalArgument("Cannot use more than one of [interval], [fixed_interval] and [calendar_interval]."),
            };
        }
        catch (FormatException e)
        {
            throw body.Bad(fixedInterval is not null ? "fixed_interval" : calendar is not null ? "calendar_interval" : "interval", e.Message);
        }
    }

    static bool IsCalendar(string text)
    {
        try
        {
            return DateInterval.Calendar(text, 0) is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    static long Offset(string text) => text[0] switch
    {
        '-' => -(long)TimeValue.Parse("DateHistogramAggregationBuilder.parseOffset", text[1..]).TotalMilliseconds,
        '+' => (long)TimeValue.Parse("DateHistogramAggregationBuilder.parseOffset", text[1..]).TotalMilliseconds,
        _ => (long)TimeValue.Parse("DateHistogramAggregationBuilder.parseOffset", text).TotalMilliseconds,
    };
}
