using System.Globalization;
using System.Text;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Index;
using Lucene.Net.Queries;
using Lucene.Net.Search;
using Lucene.Net.Util.Automaton;

namespace Clickstream.Local.Search.Queries;

/// <summary>Lucene's queries for a field and a value, by the field's type.</summary>
static class FieldQueries
{
    /// <summary>Documents that have this very value.</summary>
    /// <exception cref="FormatException">The value is none of the field's type.</exception>
    public static Query Term(FieldMapping field, string text, QueryContext context)
    {
        RequireSearchable(field);
        if (field.Type == FieldType.Date)
        {
            var (from, to) = DateRange(field, text, context);
            return Numbers(field, from, to, context);
        }

        if (!field.Type.IsNumeric())
            return new TermQuery(new Term(field.Name, text));
        if (NumericTerm(field, text) is not { } value)
            return QueryDsl.MatchNone();
        return field is { Type: FieldType.Boolean, HasNumberTerms: true }
            ? new TermQuery(new Term(field.Name, FieldMapping.ExactTerm(value)))
            : Numbers(field, value, value, context);
    }

    public static Query Terms(FieldMapping field, IReadOnlyList<string> texts, QueryContext context)
    {
        RequireSearchable(field);
        if (!field.Type.IsNumeric())
            return new ConstantScoreQuery(new TermsFilter([.. texts.Select(text => new Term(field.Name, text))]));
        if (field.Type != FieldType.Date)
        {
            var numbers = texts.Select(text => NumericTerm(field, text)).OfType<long>().ToHashSet();
            if (numbers.Count == 0)
                return QueryDsl.MatchNone();
            return new ConstantScoreQuery(field.HasNumberTerms
                ? new TermsFilter([.. numbers.Select(value => new Term(field.Name, FieldMapping.ExactTerm(value)))])
                : new NumberFilter(field, context.Columns, numbers.Contains));
        }

        var ranges = texts.Select(text => DateRange(field, text, context)).ToArray();
        if (field.HasDocValues)
            return new ConstantScoreQuery(new NumberFilter(field, context.Columns, value => Array.Exists(ranges, range => value >= range.From && value <= range.To)));
        var any = new BooleanQuery(disableCoord: true);
        foreach (var (from, to) in ranges)
            any.Add(Numbers(field, from, to, context), Occur.SHOULD);
        return QueryDsl.Constant(any, 1);
    }

    /// <summary>Documents with a number, date or boolean from one to another, as it is stored; both belong to it.</summary>
    public static Query Numbers(FieldMapping field, long from, long to, QueryContext context)
    {
        RequireSearchable(field);
        if (from > to)
            return QueryDsl.MatchNone();
        if (from == long.MinValue && to == long.MaxValue && field.HasDocValues)
            return Exists(field);
        return field.HasDocValues
            ? new ConstantScoreQuery(new NumberFilter(field, context.Columns, value => value >= from && value <= to))
            : NumericRangeQuery.NewInt64Range(field.Name, field.PrecisionStep, from, to, true, true);
    }

    /// <summary>Documents with a text from one to another; null for an end that is open.</summary>
    public static Query Texts(FieldMapping field, string? from, string? to, bool withFrom, bool withTo)
    {
        RequireSearchable(field);
        return TermRangeQuery.NewStringRange(field.Name, from, to, withFrom, withTo);
    }

    public static Query Prefix(FieldMapping field, string prefix)
    {
        RequireText(field, "prefix");
        return new PrefixQuery(new Term(field.Name, prefix));
    }

    public static Query Wildcard(FieldMapping field, string pattern)
    {
        RequireText(field, "wildcard");
        return new WildcardQuery(new Term(field.Name, pattern));
    }

    /// <summary>A term, or what begins with it, in upper or lower case.</summary>
    public static Query AnyCase(FieldMapping field, string text, bool isPrefix)
    {
        RequireText(field, isPrefix ? "prefix" : "term");
        var letters = text.EnumerateRunes().Select(static letter => BasicOperations.Union(
            BasicAutomata.MakeChar(Rune.ToLowerInvariant(letter).Value), BasicAutomata.MakeChar(Rune.ToUpperInvariant(letter).Value))).ToList();
        if (isPrefix)
            letters.Add(BasicAutomata.MakeAnyString());
        return new AutomatonQuery(new Term(field.Name, text), BasicOperations.Concatenate(letters));
    }

    public static Query Exists(FieldMapping field) => field.ExistsByDocValues
        ? new ConstantScoreQuery(new FieldValueFilter(field.Name))
        : QueryDsl.Constant(new TermQuery(new Term(MetaFields.FieldNames, field.Name)), 1);

    // The value as it is stored, or null if no document can have it, such as 2.5 in a field of whole numbers.
    static long? NumericTerm(FieldMapping field, string text)
    {
        if (!field.Type.IsWholeNumber())
            return NumericValue.Parse(field, text, coerce: false);
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            var number = NumericValue.ParseDouble(text);
            if (number != Math.Truncate(number) || Math.Abs(number) >= 9.2e18)
                return null;
            value = (long)number;
        }

        var (min, max) = field.Type.Range();
        return value >= min && value <= max ? value : null;
    }

    // 2020-05-17 means the whole day.
    static (long From, long To) DateRange(FieldMapping field, string text, QueryContext context) => (
        DateMath.Evaluate(text, field.DateFormat, context.Now, roundUp: false),
        DateMath.Evaluate(text, field.DateFormat, context.Now, roundUp: true));

    static void RequireSearchable(FieldMapping field)
    {
        if (!field.IsIndexed && !(field.HasDocValues && field.Type.IsNumeric()))
        {
            throw SearchException.QueryShard(
                $"failed to create query: Cannot search on field [{field.Name}] since it is not indexed{(field.Type.IsNumeric() ? " nor has doc values" : "")}.");
        }
    }

    static void RequireText(FieldMapping field, string query)
    {
        RequireSearchable(field);
        if (field.Type.IsNumeric())
        {
            throw SearchException.QueryShard(
                $"Can only use {query} queries on keyword, text and wildcard fields - not on [{field.Name}] which is of type [{field.Type.Name()}]");
        }
    }
}
