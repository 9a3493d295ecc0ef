using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.QueryParsers.Classic;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Queries;

/// <summary>
/// Lucene's query language over typed fields: numbers and dates by their values, keywords as they are, text by its terms; a term without a
/// field in every field that can be asked, its best score counting.
/// </summary>
sealed class FieldAwareParser : QueryParser
{
    const string AnyField = "*";
    const string ExistsField = "_exists_";

    readonly QueryStringOptions _options;
    readonly QueryContext _context;

    public FieldAwareParser(QueryStringOptions options, QueryContext context)
        : base(LuceneVersion.LUCENE_48, AnyField, TextAnalysis.Analyzer)
    {
        (_options, _context) = (options, context);
        DefaultOperator = options.IsAnd ? Operator.AND : Operator.OR;
        AllowLeadingWildcard = true;
        LowercaseExpandedTerms = false;
    }

    bool IsLenient => _options.IsLenient ?? _options.Fields is [AnyField];

    protected override Query GetFieldQuery(string field, string queryText, bool quoted)
    {
        if (field == ExistsField)
            return TermQueries.Exists(queryText, _context);
        if (!quoted && Comparison(queryText) is { } bounds)
            return Each(field, one => RangeQueries.Range(one, bounds, _context));
        return field == MetaFields.Id
            ? new TermQuery(new(field, queryText))
            : Each(field, one => quoted
                ? TextQueries.Phrase(one, queryText, 0, IsLenient, _context)
                : TextQueries.Match(one, queryText, _options.IsAnd ? Occur.MUST : Occur.SHOULD, null, IsLenient, _context));
    }

    protected override Query GetFieldQuery(string field, string queryText, int slop) =>
        Each(field, one => TextQueries.Phrase(one, queryText, slop, IsLenient, _context));

    protected override Query GetRangeQuery(string field, string part1, string part2, bool startInclusive, bool endInclusive)
    {
        // Lucene reads [a TO *] as open at that end.
        var bounds = new RangeQueries.Bounds { From = part1, To = part2, WithFrom = startInclusive, WithTo = endInclusive };
        return Each(field, one => RangeQueries.Range(one, bounds, _context));
    }

    protected override Query GetPrefixQuery(string field, string termStr) =>
        Each(field, one => FieldQueries.Prefix(one, Normalized(one, termStr)), textOnly: true);

    protected override Query GetWildcardQuery(string field, string termStr)
    {
        if (termStr == "*")
            return field == AnyField ? new MatchAllDocsQuery() : TermQueries.Exists(field, _context);
        return Each(field, one => FieldQueries.Wildcard(one, Normalized(one, termStr)), textOnly: true);
    }

    protected override Query GetFuzzyQuery(string field, string termStr, float minSimilarity) =>
        throw new ParseException("fuzzy terms are not supported by this node");

    protected override Query GetRegexpQuery(string field, string termStr) =>
        throw new ParseException("regular expressions are not supported by this node");

    // >5, >=5, <5, <=5
    static RangeQueries.Bounds? Comparison(string text)
    {
        if (text.Length < 2 || text[0] is not ('>' or '<'))
            return null;
        var included = text[1] == '=';
        var value = text[(included ? 2 : 1)..];
        return text[0] == '>'
            ? new() { From = value, WithFrom = included }
            : new() { To = value, WithTo = included };
    }

    static string Normalized(FieldMapping field, string term) => field.Type == FieldType.Text ? term.ToLowerInvariant() : term;

    Query Each(string name, Func<FieldMapping, Query> make, bool textOnly = false)
    {
        var fields = FieldsOf(name).Where(field => IsAskable(field) && (!textOnly || !field.Type.IsNumeric())).ToList();
        var queries = fields.Select(field => Lenient(() => make(field))).ToList();
        return queries.Count switch
        {
            0 => QueryDsl.MatchNone(),
            1 => queries[0],
            _ => new DisjunctionMaxQuery(queries, 0),
        };
    }

    IEnumerable<FieldMapping> FieldsOf(string name)
    {
        if (name == AnyField)
            return _options.Fields.SelectMany(Named).Distinct();
        return Named(name);
    }

    IEnumerable<FieldMapping> Named(string name)
    {
        if (Search.Wildcard.IsPattern(name))
            return _context.Mapping.Matching(name);
        return _context.Find(name) is { } field ? [field] : [];
    }

    static bool IsAskable(FieldMapping field) => field.IsIndexed || (field.HasDocValues && field.Type.IsNumeric());

    Query Lenient(Func<Query> make)
    {
        try
        {
            return make();
        }
        catch (Exception e) when (IsLenient && e is FormatException or SearchException { IsOfShard: true })
        {
            return QueryDsl.MatchNone();
        }
    }
}
