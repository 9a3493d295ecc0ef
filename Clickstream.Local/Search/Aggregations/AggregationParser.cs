using System.Text.Json;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>Makes aggregators of <c>{"name":{"terms":{...},"aggs":{...}}}</c>.</summary>
static class AggregationParser
{
    /// <exception cref="SearchException">An aggregation that is wrong or not known; its name is in the text.</exception>
    public static List<Aggregator> Parse(JsonElement json, AggregationContext context)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw SearchException.Parsing("Expected [START_OBJECT] under [aggs]");
        return [.. json.EnumerateObject().Select(member => ParseOne(member.Name, member.Value, context))];
    }

    static Aggregator ParseOne(string name, JsonElement json, AggregationContext context)
    {
        JsonProperty? definition = null;
        JsonElement? meta = null;
        List<Aggregator> children = [];
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "aggs" or "aggregations":
                    children = Parse(member.Value, context);
                    break;
                case "meta":
                    meta = member.Value;
                    break;
                default:
                    definition = definition is { } first
                        ? throw SearchException.Parsing($"Found two aggregation type definitions in [{name}]: [{first.Name}] and [{member.Name}]")
                        : member;
                    break;
            }
        }

        if (definition is not { } found)
            throw SearchException.Parsing($"Missing definition for aggregation [{name}]");
        var aggregator = Create(name, found.Name, found.Value, children, context);
        aggregator.Meta = meta;
        return aggregator is BucketAggregator || children.Count == 0
            ? aggregator
            : throw SearchException.IllegalArgument($"Aggregator [{name}] of type [{found.Name}] cannot accept sub-aggregations");
    }

    static Aggregator Create(string name, string type, JsonElement body, List<Aggregator> children, AggregationContext context) => type switch
    {
        "terms" => TermsAggregation.Parse(name, body, children, context),
        "date_histogram" => DateHistogramAggregation.Parse(name, body, children, context),
        "histogram" => HistogramAggregation.Parse(name, body, children, context),
        "range" => RangeAggregation.Parse(name, body, children, context, isDate: false),
        "date_range" => RangeAggregation.Parse(name, body, children, context, isDate: true),
        "filter" => FilterAggregation.ParseFilter(name, body, children, context),
        "filters" => FilterAggregation.ParseFilters(name, body, children, context),
        "cardinality" => CardinalityAggregation.Parse(name, body, context),
        "value_count" => ValueCountAggregation.Parse(name, body, context),
        "sum" or "avg" or "min" or "max" or "stats" => StatsAggregation.Parse(name, type, body, context),
        "percentiles" => PercentilesAggregation.Parse(name, body, context),
        _ => throw new SearchException(
            400, "parsing_exception", $"Unknown aggregation type [{type}]", new(400, "named_object_not_found_exception", $"unknown field [{type}]")),
    };
}
