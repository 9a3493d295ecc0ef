using System.Text.Json;
using Clickstream.Local.Search.Json;
using Lucene.Net.Search;

namespace Clickstream.Local.Search.Queries;

/// <summary>Makes queries as they are sent, <c>{"term":{"event":"view"}}</c>, into Lucene's.</summary>
static class QueryDsl
{
    const int MaxDepth = 20;

    /// <exception cref="SearchException">A query that is wrong or not known; its name is in the text.</exception>
    public static Query Parse(JsonElement json, QueryContext context, int depth = 0)
    {
        if (depth > MaxDepth)
            throw SearchException.IllegalArgument($"The query contains a nested query depth of more than {MaxDepth}");
        if (json.ValueKind != JsonValueKind.Object)
            throw SearchException.Parsing($"[_na] query malformed, must start with start_object");
        var members = json.EnumerateObject();
        if (!members.MoveNext())
            throw SearchException.IllegalArgument("query malformed, empty clause found");
        var (name, body) = (members.Current.Name, members.Current.Value);
        var query = Parse(name, body, context, depth);
        return members.MoveNext()
            ? throw SearchException.Parsing($"[{name}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]")
            : query;
    }

    public static Query MatchNone() => new BooleanQuery(disableCoord: true);

    /// <summary>A query whose hits all have the same score.</summary>
    public static Query Constant(Query query, float score) => new ConstantScoreQuery(query) { Boost = score };

    /// <summary>The object that a query's body must be.</summary>
    public static JsonElement.ObjectEnumerator Members(JsonElement body, string query) => body.ValueKind == JsonValueKind.Object
        ? body.EnumerateObject()
        : throw SearchException.Parsing($"[{query}] query malformed, no start_object after query name");

    public static SearchException Unsupported(string query, string parameter) =>
        SearchException.Parsing($"[{query}] query does not support [{parameter}]");

    public static float Boost(JsonElement json) => json.ValueKind == JsonValueKind.Number
        ? json.GetSingle()
        : throw SearchException.Parsing($"[boost] is not a number: {json.GetRawText()}");

    static Query Parse(string name, JsonElement body, QueryContext context, int depth) => name switch
    {
        "match_all" => MatchAll(body),
        "match_none" => MatchNone(),
        "term" => TermQueries.Term(body, context),
        "terms" => TermQueries.Terms(body, context),
        "ids" => TermQueries.Ids(body),
        "exists" => TermQueries.Exists(body, context),
        "prefix" => TermQueries.Prefix(body, context),
        "wildcard" => TermQueries.Wildcard(body, context),
        "range" => RangeQueries.Range(body, context),
        "bool" => BoolQueries.Bool(body, context, depth),
        "constant_score" => BoolQueries.ConstantScore(body, context, depth),
        "match" => TextQueries.Match(body, context),
        "match_phrase" => TextQueries.MatchPhrase(body, context),
        "query_string" => QueryStringQueries.Parse(body, context),
        _ => throw new SearchException(
            400, "parsing_exception", $"unknown query [{name}]", new(400, "named_object_not_found_exception", $"unknown field [{name}]")),
    };

    static MatchAllDocsQuery MatchAll(JsonElement body)
    {
        var query = new MatchAllDocsQuery();
        foreach (var member in Members(body, "match_all"))
            query.Boost = member.Name == "boost" ? Boost(member.Value) : throw SearchException.UnknownField("match_all", member.Name);
        return query;
    }

    /// <summary>
    /// Reads the value of <c>{"field": VALUE}</c> or <c>{"field":{"value": VALUE, ...}}</c>. <paramref name="onParameter"/>: Takes a
    /// further parameter; false if it does not know it.
    /// </summary>
    public static (string Field, JsonElement Value, float Boost) FieldAndValue(
        JsonElement body, string query, string valueName, Func<JsonProperty, bool>? onParameter = null)
    {
        (string, JsonElement, float)? found = null;
        foreach (var member in Members(body, query))
        {
            if (found is not null)
                throw SearchException.Parsing($"[{query}] query doesn't support multiple fields, found [{found.Value.Item1}] and [{member.Name}]");
            if (member.Value.ValueKind == JsonValueKind.Array)
                throw SearchException.Parsing($"[{query}] query does not support array of values");
            found = member.Value.ValueKind == JsonValueKind.Object
                ? Long(member, query, valueName, onParameter)
                : (member.Name, member.Value, 1f);
        }

        return found ?? throw SearchException.IllegalArgument("field name is null or empty");
    }

    static (string, JsonElement, float) Long(JsonProperty field, string query, string valueName, Func<JsonProperty, bool>? onParameter)
    {
        JsonElement? value = null;
        var boost = 1f;
        foreach (var member in field.Value.EnumerateObject())
        {
            if (member.Name == valueName)
                value = member.Value;
            else if (member.Name == "boost")
                boost = Boost(member.Value);
            else if (onParameter?.Invoke(member) != true)
                throw Unsupported(query, member.Name);
        }

        return value is { ValueKind: not JsonValueKind.Null } given
            ? (field.Name, given, boost)
            : throw SearchException.IllegalArgument("value cannot be null");
    }

    /// <summary>The text of a value that may be a string, a number or a boolean.</summary>
    public static string Text(JsonElement value) => JsonBody.Text(value) ?? throw SearchException.IllegalArgument("value cannot be null");
}
