using System.Text.Json;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Index;
using Lucene.Net.Queries;
using Lucene.Net.Search;

namespace Clickstream.Local.Search.Queries;

/// <summary>term, terms, ids, exists, prefix and wildcard.</summary>
static class TermQueries
{
    const int MaxTerms = 65_536;

    public static Query Term(JsonElement body, QueryContext context)
    {
        var anyCase = false;
        var (name, value, boost) = QueryDsl.FieldAndValue(body, "term", "value", parameter => ReadAnyCase(parameter, ref anyCase));
        var text = QueryDsl.Text(value);
        var query = name == MetaFields.Id
            ? IdQuery([text])
            : context.Find(name) is { } field ? Made(field, () => anyCase ? FieldQueries.AnyCase(field, text, isPrefix: false) : FieldQueries.Term(field, text, context)) : QueryDsl.MatchNone();
        query.Boost = boost;
        return query;
    }

    public static Query Terms(JsonElement body, QueryContext context)
    {
        var boost = 1f;
        (string Name, List<string> Values)? found = null;
        foreach (var member in QueryDsl.Members(body, "terms"))
        {
            if (member.Name == "boost")
                boost = QueryDsl.Boost(member.Value);
            else if (found is not null)
                throw SearchException.Parsing("[terms] query does not support multiple fields");
            else if (member.Value.ValueKind == JsonValueKind.Array)
                found = (member.Name, [.. member.Value.EnumerateArray().Select(QueryDsl.Text)]);
            else
                throw QueryDsl.Unsupported("terms", member.Name);
        }

        var (name, values) = found ?? throw SearchException.Parsing("[terms] query requires a field name, followed by array of terms or a document lookup specification");
        if (values.Count > MaxTerms)
        {
            throw SearchException.OfShard(
                "illegal_argument_exception",
                $"The number of terms [{values.Count}] used in the Terms Query request has exceeded the allowed maximum of [{MaxTerms}]. This maximum can be set by changing the [index.max_terms_count] index level setting.");
        }

        var query = values.Count == 0 ? QueryDsl.MatchNone()
            : name == MetaFields.Id ? IdQuery(values)
            : context.Find(name) is { } field ? Made(field, () => FieldQueries.Terms(field, values, context)) : QueryDsl.MatchNone();
        query.Boost = boost;
        return query;
    }

    public static Query Ids(JsonElement body)
    {
        List<string> ids = [];
        var boost = 1f;
        foreach (var member in QueryDsl.Members(body, "ids"))
        {
            switch (member.Name)
            {
                case "values":
                    ids = [.. JsonBody.OneOrMany(member.Value).Select(QueryDsl.Text)];
                    break;
                case "boost":
                    boost = QueryDsl.Boost(member.Value);
                    break;
                default:
                    throw SearchException.UnknownField("ids", member.Name);
            }
        }

        var query = ids.Count == 0 ? QueryDsl.MatchNone() : IdQuery(ids);
        query.Boost = boost;
        return query;
    }

    public static Query Exists(JsonElement body, QueryContext context)
    {
        string? name = null;
        var boost = 1f;
        foreach (var member in QueryDsl.Members(body, "exists"))
        {
            switch (member.Name)
            {
                case "field":
                    name = member.Value.GetString();
                    break;
                case "boost":
                    boost = QueryDsl.Boost(member.Value);
                    break;
                default:
                    throw QueryDsl.Unsupported("exists", member.Name);
            }
        }

        if (string.IsNullOrEmpty(name))
            throw SearchException.Parsing("[exists] must be provided with a [field]");
        return QueryDsl.Constant(Exists(name, context), boost);
    }

    /// <summary>Documents that have a field, or any field of an object or of a pattern.</summary>
    public static Query Exists(string name, QueryContext context)
    {
        if (name is MetaFields.Id or "_index")
            return new MatchAllDocsQuery();
        var fields = context.Find(name) is { } field ? [field]
            : Search.Wildcard.IsPattern(name) ? context.Mapping.Matching(name).ToList() : context.Mapping.Within(name).ToList();
        if (fields.Count == 1)
            return FieldQueries.Exists(fields[0]);
        var any = new BooleanQuery(disableCoord: true);
        foreach (var one in fields)
            any.Add(FieldQueries.Exists(one), Occur.SHOULD);
        return QueryDsl.Constant(any, 1);
    }

    public static Query Prefix(JsonElement body, QueryContext context)
    {
        var anyCase = false;
        var (name, value, boost) = QueryDsl.FieldAndValue(body, "prefix", "value", parameter => ReadAnyCase(parameter, ref anyCase));
        var text = QueryDsl.Text(value);
        var query = context.Find(name) is not { } field ? QueryDsl.MatchNone()
            : anyCase ? FieldQueries.AnyCase(field, text, isPrefix: true) : FieldQueries.Prefix(field, text);
        query.Boost = boost;
        return query;
    }

    public static Query Wildcard(JsonElement body, QueryContext context)
    {
        var (name, value, boost) = QueryDsl.FieldAndValue(body, "wildcard", "value");
        var query = context.Find(name) is { } field ? FieldQueries.Wildcard(field, QueryDsl.Text(value)) : QueryDsl.MatchNone();
        query.Boost = boost;
        return query;
    }

    static bool ReadAnyCase(JsonProperty parameter, ref bool anyCase)
    {
        if (parameter.Name != "case_insensitive")
            return false;
        anyCase = JsonBody.Bool(parameter.Value);
        return true;
    }

    static ConstantScoreQuery IdQuery(IEnumerable<string> ids) =>
        new(new TermsFilter([.. ids.Select(static id => new Term(MetaFields.Id, id))]));

    static Query Made(FieldMapping field, Func<Query> make)
    {
        try
        {
            return make();
        }
        catch (FormatException e)
        {
            throw field.Type == FieldType.Date
                ? RangeQueries.BadDate(e)
                : SearchException.QueryShard($"failed to create query: {e.Message}", new(400, "number_format_exception", e.Message));
        }
    }
}
