using System.Text.Json;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Queries;

/// <summary>match and match_phrase.</summary>
static class TextQueries
{
    public static Query Match(JsonElement body, QueryContext context)
    {
        var occur = Occur.SHOULD;
        var lenient = false;
        string? minimum = null;
        var (name, value, boost) = QueryDsl.FieldAndValue(body, "match", "query", parameter =>
        {
            switch (parameter.Name)
            {
                case "operator":
                    occur = ParseOperator(parameter.Value);
                    return true;
                case "minimum_should_match":
                    minimum = JsonBody.Text(parameter.Value);
                    return true;
                case "lenient":
                    lenient = JsonBody.Bool(parameter.Value);
                    return true;
                default:
                    return false;
            }
        });
        var query = context.Find(name) is { } field ? Match(field, QueryDsl.Text(value), occur, minimum, lenient, context) : QueryDsl.MatchNone();
        query.Boost = boost;
        return query;
    }

    public static Query MatchPhrase(JsonElement body, QueryContext context)
    {
        var slop = 0;
        var (name, value, boost) = QueryDsl.FieldAndValue(body, "match_phrase", "query", parameter =>
        {
            if (parameter.Name != "slop")
                return false;
            slop = JsonBody.Int(parameter.Value, "slop");
            return true;
        });
        var query = context.Find(name) is { } field ? Phrase(field, QueryDsl.Text(value), slop, lenient: false, context) : QueryDsl.MatchNone();
        query.Boost = boost;
        return query;
    }

    public static Occur ParseOperator(JsonElement json) => JsonBody.Text(json)?.ToLowerInvariant() switch
    {
        "or" => Occur.SHOULD,
        "and" => Occur.MUST,
        var other => throw SearchException.IllegalArgument($"No enum constant org.opensearch.index.query.Operator.{other?.ToUpperInvariant()}"),
    };

    /// <summary>The terms of a text, any or all of them.</summary>
    public static Query Match(FieldMapping field, string text, Occur occur, string? minimum, bool lenient, QueryContext context)
    {
        if (field.Type != FieldType.Text)
            return Exact(field, text, lenient, context);
        var query = new QueryBuilder(TextAnalysis.Analyzer).CreateBooleanQuery(field.Name, text, occur);
        if (query is BooleanQuery several && minimum is not null)
            several.MinimumNumberShouldMatch = BoolQueries.Minimum(minimum, several.Clauses.Count, 0);
        return query ?? QueryDsl.MatchNone();
    }

    /// <summary>The terms of a text one behind the other.</summary>
    public static Query Phrase(FieldMapping field, string text, int slop, bool lenient, QueryContext context) => field.Type != FieldType.Text
        ? Exact(field, text, lenient, context)
        : new QueryBuilder(TextAnalysis.Analyzer).CreatePhraseQuery(field.Name, text, slop) ?? QueryDsl.MatchNone();

    static Query Exact(FieldMapping field, string text, bool lenient, QueryContext context)
    {
        try
        {
            return FieldQueries.Term(field, text, context);
        }
        catch (FormatException e)
        {
            return lenient ? QueryDsl.MatchNone()
                : throw SearchException.QueryShard($"failed to create query: {e.Message}", new(400, "number_format_exception", e.Message));
        }
    }
}
