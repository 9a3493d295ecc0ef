using System.Globalization;
using System.Text.Json.Nodes;

namespace Clickstream.Cli.Search;

/// <summary>
/// The search that OpenSearch Dashboards makes of a visualization: each bucket aggregation inside of the one before it, the metrics in
/// the innermost, each under its id; the visualization's query and the time range as filters.
/// </summary>
static class VisualizationSearch
{
    /// <summary>The aggregation types that split documents; the others are metrics.</summary>
    static readonly string[] s_buckets = ["date_histogram", "histogram", "terms", "range", "filters"];

    /// <summary>The body for <c>_search</c>, for documents from one time up to another.</summary>
    public static JsonObject Body(SavedObject visualization, DateTimeOffset from, DateTimeOffset to) => new()
    {
        ["size"] = 0,
        ["stored_fields"] = new JsonArray("*"),
        ["script_fields"] = new JsonObject(),
        ["docvalue_fields"] = new JsonArray(),
        ["_source"] = new JsonObject { ["excludes"] = new JsonArray() },
        ["query"] = Query(visualization, from, to),
        ["aggs"] = Aggregations([.. visualization.Aggregations], to - from),
    };

    static JsonObject Query(SavedObject visualization, DateTimeOffset from, DateTimeOffset to)
    {
        static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var range = new JsonObject { ["gte"] = Iso(from), ["lte"] = Iso(to), ["format"] = "strict_date_optional_time" };
        var time = (string)visualization.IndexPattern.Attributes["timeFieldName"]!;
        return new JsonObject
        {
            ["bool"] = new JsonObject
            {
                ["must"] = new JsonArray(QueryString(visualization.SearchSource["query"]!)),
                ["filter"] = new JsonArray(new JsonObject { ["range"] = new JsonObject { [time] = range } }),
                ["should"] = new JsonArray(),
                ["must_not"] = new JsonArray(),
            },
        };
    }

    static JsonObject QueryString(JsonNode query)
    {
        if ((string?)query["language"] != "lucene")
            throw new NotSupportedException($"a query in {query["language"]}");
        var text = (string)query["query"]!;
        return text.Length == 0
            ? new JsonObject { ["match_all"] = new JsonObject() }
            : new JsonObject { ["query_string"] = new JsonObject { ["query"] = text, ["analyze_wildcard"] = true, ["time_zone"] = "UTC" } };
    }

    static JsonObject Aggregations(JsonObject[] aggregations, TimeSpan range)
    {
        var metrics = aggregations.Where(static aggregation => !IsBucket(aggregation))
            .ToDictionary(static aggregation => (string)aggregation["id"]!);
        var outermost = new JsonObject();
        var inside = outermost;
        foreach (var bucket in aggregations.Where(IsBucket))
        {
            var node = Bucket(bucket, metrics, range);
            inside[(string)bucket["id"]!] = node;
            inside = new JsonObject();
            node["aggs"] = inside;

            // What the buckets are ordered by must be there to order by.
            if ((string?)bucket["params"]!["orderBy"] is { } order && metrics.TryGetValue(order, out var metric) && Metric(metric) is { } ordering)
                inside[order] = ordering;
        }

        foreach (var (id, metric) in metrics)
        {
            if (Metric(metric) is { } node)
                inside[id] = node;
        }

        if (inside.Count == 0)
            (inside.Parent as JsonObject)?.Remove("aggs");
        return outermost;
    }

    static bool IsBucket(JsonObject aggregation) => s_buckets.Contains((string)aggregation["type"]!);

    // Counts need no aggregation: every bucket has its own.
    static JsonObject? Metric(JsonObject metric) => (string)metric["type"]! == "count"
        ? null
        : new JsonObject { [(string)metric["type"]!] = new JsonObject { ["field"] = metric["params"]!["field"]!.DeepClone() } };

    static JsonObject Bucket(JsonObject bucket, Dictionary<string, JsonObject> metrics, TimeSpan range)
    {
        var (type, parameters) = ((string)bucket["type"]!, bucket["params"]!);
        var body = new JsonObject();
        if (type != "filters")
            body["field"] = parameters["field"]!.DeepClone();
        switch (type)
        {
            case "date_histogram":
                var interval = VisualizationInterval.Of(
                    (string)parameters["interval"]!, (bool)parameters["useNormalizedOpenSearchInterval"]!, range);
                body[interval is ['1', not 's'] ? "calendar_interval" : "fixed_interval"] = interval;
                body["time_zone"] = "UTC";
                body["min_doc_count"] = parameters["min_doc_count"]!.DeepClone();
                break;
            case "histogram":
                body["interval"] = parameters["interval"]!.DeepClone();
                body["min_doc_count"] = 1;
                break;
            case "terms":
                var order = (string)parameters["orderBy"]!;
                var key = metrics.TryGetValue(order, out var metric) && Metric(metric) is null ? "_count" : order;
                body["order"] = new JsonObject { [key] = parameters["order"]!.DeepClone() };
                body["size"] = parameters["size"]!.DeepClone();
                break;
            case "range":
                body["ranges"] = parameters["ranges"]!.DeepClone();
                body["keyed"] = true;
                break;
            default:
                body["filters"] = new JsonObject(parameters["filters"]!.AsArray().Select(
                    static filter => KeyValuePair.Create((string)filter!["label"]!, (JsonNode?)QueryString(filter["input"]!))));
                break;
        }

        return new JsonObject { [type] = body };
    }
}
