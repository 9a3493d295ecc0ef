using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search.Difference;

/// <summary>Draws aggregations whose answers are exact: percentiles are left to the contract.</summary>
sealed class AggregationGenerator(Random random, Corpus corpus)
{
    /// <summary>One to three aggregations under the names a, b and c, with others inside as deep as <paramref name="depth"/>.</summary>
    public JsonObject Aggregations(int depth)
    {
        var aggregations = new JsonObject();
        foreach (var name in ((string[])["a", "b", "c"])[..random.Next(1, 4)])
            aggregations[name] = Aggregation(depth);
        return aggregations;
    }

    JsonObject Aggregation(int depth)
    {
        if (depth == 0)
            return Metric();
        var (name, body) = Bucket();
        var aggregation = new JsonObject { [name] = body };
        if (random.Next(3) > 0)
        {
            var inner = Aggregations(random.Next(depth));
            aggregation["aggs"] = inner;
            if (name == "terms" && SingleValue(inner) is { } metric && random.Next(2) == 0)
                body["order"] = new JsonObject { [metric] = Pick("asc", "desc") };
        }

        return aggregation;
    }

    (string Name, JsonObject Body) Bucket()
    {
        var field = Pick([.. corpus.Fields.Where(static field => field.HasDocValues)]);
        return (random.Next(6), field.Kind) switch
        {
            (0, _) => ("filter", Query()),
            (1, _) => ("filters", new JsonObject { ["filters"] = new JsonObject { ["x"] = Query(), ["y"] = Query() } }),
            (2 or 3, FieldKind.Date) => ("date_histogram", DateHistogram(field)),
            (2, FieldKind.Number) when field.IsSmall => ("histogram", new JsonObject
            {
                ["field"] = field.Name,
                ["interval"] = Pick(1, 10, 60, 250),
                ["min_doc_count"] = random.Next(2),
            }),
            (3, FieldKind.Number) => ("range", new JsonObject
            {
                ["field"] = field.Name,
                ["ranges"] = new JsonArray(
                    new JsonObject { ["to"] = 5 }, new JsonObject { ["from"] = 0, ["to"] = 60 }, new JsonObject { ["from"] = 60 }),
            }),
            _ => ("terms", Terms(field)),
        };
    }

    JsonObject Terms(CorpusField field)
    {
        var terms = new JsonObject { ["field"] = field.Name, ["size"] = random.Next(1, 12) };
        if (random.Next(4) == 0)
            terms["order"] = new JsonObject { [Pick("_key", "_count")] = Pick("asc", "desc") };
        return terms;
    }

    JsonObject DateHistogram(CorpusField field)
    {
        var histogram = new JsonObject { ["field"] = field.Name };
        if (random.Next(2) == 0)
            histogram["calendar_interval"] = Pick("day", "week", "month", "quarter", "year", "1d", "1M");
        else
            histogram["fixed_interval"] = Pick("1d", "7d", "36h");

        // Not by the hour, and not every empty one: some dates are decades away from the others.
        if (random.Next(2) == 0 || field.Name == "time")
            histogram["min_doc_count"] = 1;
        return histogram;
    }

    JsonObject Metric()
    {
        var name = Pick("sum", "avg", "min", "max", "stats", "value_count", "cardinality");
        var field = Pick([.. corpus.Fields.Where(field => field.HasDocValues
            && (name is "value_count" or "cardinality" || field.Kind is FieldKind.Number or FieldKind.Date && field.Name != "long"))]);

        // Dates only have an order here: the sum of many is beyond what a double holds exactly, as it is of "long".
        if (field.Kind == FieldKind.Date && name is not ("value_count" or "cardinality"))
            name = Pick("min", "max");
        return new JsonObject { [name] = new JsonObject { ["field"] = field.Name } };
    }

    static string? SingleValue(JsonObject aggregations) => aggregations
        .Where(static aggregation => aggregation.Value!.AsObject().First().Key is "sum" or "max" or "value_count" or "cardinality")
        .Select(static aggregation => aggregation.Key).FirstOrDefault();

    JsonObject Query() => new QueryGenerator(random, corpus).Query(0);

    T Pick<T>(params T[] values) => values[random.Next(values.Length)];
}
