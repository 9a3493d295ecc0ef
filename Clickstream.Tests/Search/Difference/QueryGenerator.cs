using System.Globalization;
using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search.Difference;

/// <summary>Draws queries that fit a corpus: mostly with values that it has, now and then with others.</summary>
sealed class QueryGenerator(Random random, Corpus corpus)
{
    /// <summary>A query, with others inside as deep as <paramref name="depth"/>.</summary>
    public JsonObject Query(int depth)
    {
        if (depth > 0 && random.Next(3) == 0)
            return Bool(depth - 1);
        var field = Pick(corpus.Fields);
        return random.Next(10) switch
        {
            0 => Wrap("match_all", []),
            1 => Wrap("exists", new JsonObject { ["field"] = field.Name }),
            2 => Wrap("ids", new JsonObject { ["values"] = Several(() => JsonValue.Create(random.Next(8) == 0 ? "nosuch" : Pick(corpus.Ids))) }),
            3 => Terms(field),
            4 or 5 => Range(field),
            6 when field.Kind is FieldKind.Keyword or FieldKind.Text => Prefix(field),
            7 or 8 => Wrap("query_string", new JsonObject { ["query"] = new QueryStringGenerator(random, corpus).Query(2) }),
            _ => Term(field),
        };
    }

    JsonObject Bool(int depth)
    {
        var clauses = new JsonObject();
        foreach (var occur in (string[])["must", "filter", "should", "must_not"])
        {
            if (random.Next(2) == 0)
                clauses[occur] = new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Query(depth))]);
        }

        if (clauses["should"] is JsonArray should && random.Next(2) == 0)
            clauses["minimum_should_match"] = random.Next(0, should.Count + 1);
        return Wrap("bool", clauses);
    }

    JsonObject Term(CorpusField field) => field.Kind == FieldKind.Text
        ? Wrap("match", new JsonObject { [field.Name] = Value(field) })
        : Wrap("term", new JsonObject { [field.Name] = Value(field) });

    JsonObject Terms(CorpusField field) => field.Kind == FieldKind.Text
        ? Term(field)
        : Wrap("terms", new JsonObject { [field.Name] = Several(() => Value(field)) });

    JsonObject Range(CorpusField field)
    {
        if (field.Kind is FieldKind.Text or FieldKind.Boolean)
            return Term(field);
        var bounds = new JsonObject();
        if (random.Next(4) > 0)
            bounds[Pick("gt", "gte")] = Bound(field);
        if (random.Next(4) > 0)
            bounds[Pick("lt", "lte")] = Bound(field);
        return Wrap("range", new JsonObject { [field.Name] = bounds });
    }

    JsonObject Prefix(CorpusField field)
    {
        var text = Value(field).ToString();
        return Wrap("prefix", new JsonObject { [field.Name] = text[..Math.Min(text.Length, random.Next(1, 4))] });
    }

    JsonValue Bound(CorpusField field)
    {
        var value = Value(field);
        if (field.Kind != FieldKind.Date || random.Next(2) == 0)
            return value;
        var text = CorpusTime(value).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return JsonValue.Create(Pick(text, text[..10], text[..13], text[..10] + "||-7d/d", text[..10] + "||+1M/M", text[..19] + "||/h"));
    }

    JsonValue Value(CorpusField field)
    {
        if (field.Values.Length > 0 && random.Next(8) > 0)
            return (JsonValue)Pick(field.Values).DeepClone();
        return field.Kind switch
        {
            FieldKind.Number => JsonValue.Create(random.Next(-10, 1000)),
            FieldKind.Date => JsonValue.Create(1_420_000_000_000 + random.NextInt64(60_000_000_000)),
            FieldKind.Boolean => JsonValue.Create(random.Next(2) == 0),
            _ => JsonValue.Create("nosuch"),
        };
    }

    JsonArray Several(Func<JsonValue> one) => new([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (JsonNode)one())]);

    T Pick<T>(params T[] values) => values[random.Next(values.Length)];

    static JsonObject Wrap(string name, JsonObject body) => new() { [name] = body };

    internal static DateTime CorpusTime(JsonValue value) => value.GetValueKind() == System.Text.Json.JsonValueKind.Number
        ? DateTimeOffset.FromUnixTimeMilliseconds(value.GetValue<long>()).UtcDateTime
        : DateTime.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
}
