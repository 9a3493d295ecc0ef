using System.Globalization;
using System.Text.Json;
using Clickstream.Local.Search.Json;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Search;

namespace Clickstream.Local.Search.Queries;

/// <summary>range, over numbers, dates with their arithmetic, and texts.</summary>
static class RangeQueries
{
    public static Query Range(JsonElement body, QueryContext context)
    {
        var bounds = new Bounds();
        string? name = null;
        foreach (var member in QueryDsl.Members(body, "range"))
        {
            if (name is not null)
                throw SearchException.Parsing($"[range] query doesn't support multiple fields, found [{name}] and [{member.Name}]");
            name = member.Name;
            foreach (var parameter in QueryDsl.Members(member.Value, "range"))
                bounds.Read(parameter);
        }

        if (name is null)
            throw SearchException.IllegalArgument("field name is null or empty");
        var query = context.Find(name) is { } field ? Range(field, bounds, context) : QueryDsl.MatchNone();
        query.Boost = bounds.Boost;
        return query;
    }

    /// <summary>The range of one field.</summary>
    public static Query Range(FieldMapping field, Bounds bounds, QueryContext context)
    {
        try
        {
            if (field.Type == FieldType.Date)
                return Dates(field, bounds, context);
            if (!field.Type.IsNumeric())
                return FieldQueries.Texts(field, bounds.From, bounds.To, bounds.WithFrom, bounds.WithTo);
            var from = bounds.From is { } lower ? LowerEnd(field, lower, bounds.WithFrom) : long.MinValue;
            var to = bounds.To is { } upper ? UpperEnd(field, upper, bounds.WithTo) : long.MaxValue;
            return from > long.MaxValue || to < long.MinValue
                ? QueryDsl.MatchNone()
                : FieldQueries.Numbers(field, (long)Int128.Max(from, long.MinValue), (long)Int128.Min(to, long.MaxValue), context);
        }
        catch (FormatException e)
        {
            throw field.Type == FieldType.Date
                ? BadDate(e)
                : SearchException.QueryShard($"failed to create query: {e.Message}", new(400, "number_format_exception", e.Message));
        }
    }

    public static SearchException BadDate(FormatException e) => SearchException.OfShard("parse_exception", e.Message);

    static Query Dates(FieldMapping field, Bounds bounds, QueryContext context)
    {
        var format = bounds.Format ?? field.DateFormat;
        var from = long.MinValue;
        var to = long.MaxValue;
        if (bounds.From is { } lower)
        {
            // After a day means after its last millisecond.
            from = DateMath.Evaluate(lower, format, context.Now, roundUp: !bounds.WithFrom, bounds.Zone);
            if (!bounds.WithFrom)
                from++;
        }

        if (bounds.To is { } upper)
        {
            to = DateMath.Evaluate(upper, format, context.Now, roundUp: bounds.WithTo, bounds.Zone);
            if (!bounds.WithTo)
                to--;
        }

        return FieldQueries.Numbers(field, from, to, context);
    }

    // The smallest value in the range, which may be beyond what is stored.
    static Int128 LowerEnd(FieldMapping field, string text, bool included)
    {
        if (!field.Type.IsWholeNumber())
            return (Int128)NumericValue.Parse(field, text, coerce: true) + (included ? 0 : 1);
        var number = Whole(text, out var cut);
        return cut ? (Int128)decimal.Ceiling(number) : (Int128)number + (included ? 0 : 1);
    }

    static Int128 UpperEnd(FieldMapping field, string text, bool included)
    {
        if (!field.Type.IsWholeNumber())
            return (Int128)NumericValue.Parse(field, text, coerce: true) - (included ? 0 : 1);
        var number = Whole(text, out var cut);
        return cut ? (Int128)decimal.Floor(number) : (Int128)number - (included ? 0 : 1);
    }

    static decimal Whole(string text, out bool hasFraction)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            // Beyond a decimal there is only what is larger or smaller than everything.
            var large = NumericValue.ParseDouble(text);
            number = double.IsNaN(large) ? throw new FormatException($"For input string: \"{text}\"") : large > 0 ? decimal.MaxValue / 2 : decimal.MinValue / 2;
        }

        hasFraction = number != decimal.Truncate(number);
        return number;
    }

    /// <summary>The ends of a range.</summary>
    public sealed class Bounds
    {
        /// <summary>Null if it is open at this end.</summary>
        public string? From { get; set; }

        public string? To { get; set; }

        public bool WithFrom { get; set; } = true;

        public bool WithTo { get; set; } = true;

        public DateFormat? Format { get; private set; }

        /// <summary>How far dates without a zone are ahead of UTC.</summary>
        public TimeSpan Zone { get; private set; }

        public float Boost { get; private set; } = 1;

        public void Read(JsonProperty parameter)
        {
            switch (parameter.Name)
            {
                case "gte":
                    (From, WithFrom) = (JsonBody.Text(parameter.Value), true);
                    break;
                case "gt":
                    (From, WithFrom) = (JsonBody.Text(parameter.Value), false);
                    break;
                case "lte":
                    (To, WithTo) = (JsonBody.Text(parameter.Value), true);
                    break;
                case "lt":
                    (To, WithTo) = (JsonBody.Text(parameter.Value), false);
                    break;
                case "from":
                    From = JsonBody.Text(parameter.Value);
                    break;
                case "to":
                    To = JsonBody.Text(parameter.Value);
                    break;
                case "include_lower":
                    WithFrom = JsonBody.Bool(parameter.Value);
                    break;
                case "include_upper":
                    WithTo = JsonBody.Bool(parameter.Value);
                    break;
                case "format":
                    var pattern = JsonBody.Text(parameter.Value) ?? "";
                    Format = DateFormat.TryCreate(pattern) ?? throw SearchException.IllegalArgument($"Invalid format: [{pattern}] is not supported by this node");
                    break;
                case "time_zone":
                    Zone = TimeZones.Parse(parameter.Value);
                    break;
                case "boost":
                    Boost = QueryDsl.Boost(parameter.Value);
                    break;
                default:
                    throw QueryDsl.Unsupported("range", parameter.Name);
            }
        }
    }
}
