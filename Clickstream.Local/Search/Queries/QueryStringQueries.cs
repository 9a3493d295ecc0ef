using System.Text.Json;
using Clickstream.Local.Search.Json;
using Lucene.Net.QueryParsers.Classic;
using Lucene.Net.Search;

namespace Clickstream.Local.Search.Queries;

/// <summary>query_string, as a query and as the parameter <c>q</c>.</summary>
static class QueryStringQueries
{
    public static Query Parse(JsonElement body, QueryContext context)
    {
        var options = new QueryStringOptions();
        string? text = null;
        var boost = 1f;
        foreach (var member in QueryDsl.Members(body, "query_string"))
        {
            switch (member.Name)
            {
                case "query":
                    text = member.Value.GetString();
                    break;
                case "default_field":
                    options = options with { Fields = [member.Value.GetString() ?? "*"] };
                    break;
                case "fields":
                    options = options with { Fields = [.. member.Value.EnumerateArray().Select(static field => field.GetString() ?? "*")] };
                    break;
                case "default_operator":
                    options = options with { IsAnd = TextQueries.ParseOperator(member.Value) == Occur.MUST };
                    break;
                case "lenient":
                    options = options with { IsLenient = JsonBody.Bool(member.Value) };
                    break;
                case "analyze_wildcard" or "allow_leading_wildcard" or "auto_generate_synonyms_phrase_query":
                    break;
                case "time_zone":
                    TimeZones.RequireUtc(member.Value);
                    break;
                case "boost":
                    boost = QueryDsl.Boost(member.Value);
                    break;
                default:
                    throw QueryDsl.Unsupported("query_string", member.Name);
            }
        }

        if (text is null)
            throw SearchException.Parsing("query_string must be provided with a [query]");
        var query = Parse(text, options, context);
        query.Boost *= boost;
        return query;
    }

    /// <exception cref="SearchException">The text is none of the language.</exception>
    public static Query Parse(string text, QueryStringOptions options, QueryContext context)
    {
        if (string.IsNullOrWhiteSpace(text))
            return QueryDsl.MatchNone();
        if (text.Trim() is "*" or "*:*" && options.Fields is ["*"])
            return new MatchAllDocsQuery();
        try
        {
            var parser = new FieldAwareParser(options, context);
            return Positive(parser.Parse(text));
        }
        catch (Exception e) when (e is ParseException or FormatException)
        {
            throw SearchException.QueryShard($"Failed to parse query [{text}]", new(400, "parse_exception", e.Message));
        }
    }

    // Lucene finds nothing by exclusion alone.
    static Query Positive(Query query)
    {
        if (query is BooleanQuery several && several.Clauses.Count > 0 && several.Clauses.All(static clause => clause.Occur == Occur.MUST_NOT))
            several.Add(new MatchAllDocsQuery(), Occur.MUST);
        return query;
    }
}

/// <summary>What query_string may be told.</summary>
sealed record QueryStringOptions
{
    /// <summary>Where a term without a field is looked for; may be patterns.</summary>
    public IReadOnlyList<string> Fields { get; init; } = ["*"];

    /// <summary>Whether all terms must be there, not any.</summary>
    public bool IsAnd { get; init; }

    /// <summary>Whether a text in a field of numbers is only no hit. Null: if all fields are asked.</summary>
    public bool? IsLenient { get; init; }
}
