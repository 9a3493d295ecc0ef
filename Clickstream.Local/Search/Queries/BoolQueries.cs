using System.Globalization;
using System.Text.Json;
using Clickstream.Local.Search.Json;
using Lucene.Net.Search;

namespace Clickstream.Local.Search.Queries;

/// <summary>bool and constant_score.</summary>
static class BoolQueries
{
    public static Query Bool(JsonElement body, QueryContext context, int depth)
    {
        var query = new BooleanQuery(disableCoord: true);
        var (required, optional, excluded) = (0, 0, 0);
        string? minimum = null;
        foreach (var member in QueryDsl.Members(body, "bool"))
        {
            switch (member.Name)
            {
                case "must":
                    required += Add(member.Value, Occur.MUST, static clause => clause);
                    break;
                case "filter":
                    required += Add(member.Value, Occur.MUST, static clause => QueryDsl.Constant(clause, 0));
                    break;
                case "should":
                    optional += Add(member.Value, Occur.SHOULD, static clause => clause);
                    break;
                case "must_not" or "mustNot":
                    excluded += Add(member.Value, Occur.MUST_NOT, static clause => clause);
                    break;
                case "minimum_should_match":
                    minimum = JsonBody.Text(member.Value);
                    break;
                case "boost":
                    query.Boost = QueryDsl.Boost(member.Value);
                    break;
                case "adjust_pure_negative":
                    break;
                default:
                    throw SearchException.UnknownField("bool", member.Name);
            }
        }

        if (required + optional + excluded == 0)
            return new MatchAllDocsQuery();

        // Lucene finds nothing by exclusion alone.
        if (required + optional == 0)
            query.Add(QueryDsl.Constant(new MatchAllDocsQuery(), 0), Occur.MUST);
        query.MinimumNumberShouldMatch = Minimum(minimum, optional, optional > 0 && required == 0 ? 1 : 0);
        return query.MinimumNumberShouldMatch > optional ? QueryDsl.MatchNone() : query;

        int Add(JsonElement clauses, Occur occur, Func<Query, Query> wrap)
        {
            var count = 0;
            foreach (var clause in JsonBody.OneOrMany(clauses))
            {
                AddClause(query, wrap(QueryDsl.Parse(clause, context, depth + 1)), occur);
                count++;
            }

            return count;
        }
    }

    public static Query ConstantScore(JsonElement body, QueryContext context, int depth)
    {
        Query? filter = null;
        var boost = 1f;
        foreach (var member in QueryDsl.Members(body, "constant_score"))
        {
            switch (member.Name)
            {
                case "filter":
                    filter = QueryDsl.Parse(member.Value, context, depth + 1);
                    break;
                case "boost":
                    boost = QueryDsl.Boost(member.Value);
                    break;
                default:
                    throw SearchException.Parsing($"[constant_score] query does not support [{member.Name}]");
            }
        }

        return filter is null
            ? throw SearchException.Parsing("[constant_score] requires a 'filter' element")
            : QueryDsl.Constant(filter, boost);
    }

    /// <summary>2, -1, 75% or -25%, of so many clauses.</summary>
    public static int Minimum(string? text, int clauses, int otherwise)
    {
        if (text is null)
            return otherwise;
        var isPercentage = text.EndsWith('%');
        if (!int.TryParse(isPercentage ? text[..^1] : text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            throw SearchException.OfShard("illegal_argument_exception", $"[minimum_should_match] [{text}] is not supported by this node; give a number or a percentage");
        if (isPercentage)
            number = (int)(clauses * (number / 100f));
        return Math.Max(number < 0 ? clauses + number : number, 0);
    }

    static void AddClause(BooleanQuery query, Query clause, Occur occur)
    {
        if (query.Clauses.Count >= BooleanQuery.MaxClauseCount)
            throw SearchException.OfShard("too_many_clauses", $"maxClauseCount is set to {BooleanQuery.MaxClauseCount}");
        query.Add(clause, occur);
    }
}
