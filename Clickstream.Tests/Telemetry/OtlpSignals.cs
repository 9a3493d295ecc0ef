using System.Globalization;

namespace Clickstream.Tests.Telemetry;

/// <summary>A point of a metric; the value of a histogram is its count.</summary>
sealed record MetricPoint(string Service, string Meter, string Name, string Unit, string Description, string Kind, double Value, IReadOnlyDictionary<string, string> Tags);

/// <summary>A span, with the ids of the spans that it is linked to.</summary>
sealed record SpanRecord(string Service, string Source, string Name, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Links);

/// <summary>A line of a log.</summary>
sealed record LogLine(string Service, string Category, string Text);

/// <summary>Takes OTLP's requests apart; field numbers are those of opentelemetry-proto.</summary>
static class OtlpSignals
{
    public static IEnumerable<IReadOnlyDictionary<string, string>> Resources(ProtobufMessage request) =>
        request.Messages(1).Select(static group => Attributes(group.Message(1), 1));

    public static IEnumerable<MetricPoint> Metrics(ProtobufMessage request) =>
        from @group in request.Messages(1)
        let service = ServiceOf(@group)
        from scope in @group.Messages(2)
        from metric in scope.Messages(2)
        let kind = metric.Has(5) ? "gauge" : metric.Has(7) ? "sum" : metric.Has(9) ? "histogram" : "other"
        let data = metric.Message(kind switch { "gauge" => 5, "sum" => 7, _ => 9 })
        from point in data.Messages(1)
        select new MetricPoint(service, scope.Message(1).Text(1), metric.Text(1), metric.Text(3), metric.Text(2), kind,
            kind == "histogram" ? point.Integer(4) : point.Has(4) ? point.Double(4) : point.Integer(6),
            Attributes(point, kind == "histogram" ? 9 : 7));

    public static IEnumerable<SpanRecord> Spans(ProtobufMessage request) =>
        from @group in request.Messages(1)
        let service = ServiceOf(@group)
        from scope in @group.Messages(2)
        from span in scope.Messages(2)
        select new SpanRecord(service, scope.Message(1).Text(1), span.Text(5), span.Hex(1), span.Hex(2), span.Hex(4), Attributes(span, 9),
            [.. span.Messages(13).Select(static link => link.Hex(2))]);

    public static IEnumerable<LogLine> Logs(ProtobufMessage request) =>
        from @group in request.Messages(1)
        let service = ServiceOf(@group)
        from scope in @group.Messages(2)
        from line in scope.Messages(2)
        select new LogLine(service, scope.Message(1).Text(1), line.Message(5).Text(1));

    static string ServiceOf(ProtobufMessage group) => Attributes(group.Message(1), 1).GetValueOrDefault("service.name", "");

    static Dictionary<string, string> Attributes(ProtobufMessage owner, int field)
    {
        var attributes = new Dictionary<string, string>();
        foreach (var attribute in owner.Messages(field))
        {
            var value = attribute.Message(2);
            attributes[attribute.Text(1)] = value.Has(1) ? value.Text(1) : value.Integer(3).ToString(CultureInfo.InvariantCulture);
        }
        return attributes;
    }
}
