using System.Globalization;
using System.Text.Json;
using Clickstream.Local.Search.Http;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Searching;

/// <summary>What a search asks for: a body, and parameters that say the same and win.</summary>
sealed record SearchRequest
{
    /// <summary>Hits are counted exactly up to here unless told otherwise.</summary>
    const int DefaultTrackedHits = 10_000;

    /// <summary>The parameters that <see cref="Parse"/> knows, and those that make no difference on one node.</summary>
    public static readonly string[] Parameters =
    [
        "q", "df", "default_operator", "analyze_wildcard", "lenient", "from", "size", "sort", "track_total_hits", "version",
        "seq_no_primary_term", "_source", "_source_includes", "_source_excludes", "ignore_unavailable", "allow_no_indices",
        "expand_wildcards", "preference", "request_cache", "search_type", "batched_reduce_size", "max_concurrent_shard_requests", "timeout",
        "ignore_throttled", "routing",
    ];

    public JsonElement? Query { get; init; }

    /// <summary>The parameter <c>q</c>: a query in the language of query_string.</summary>
    public string? QueryText { get; init; }

    public Queries.QueryStringOptions QueryTextOptions { get; init; } = new();

    public int From { get; init; }

    public int Size { get; init; } = 10;

    public IReadOnlyList<SortSpec> Sort { get; init; } = [];

    public JsonElement? SearchAfter { get; init; }

    /// <summary>Null: as is usual, unless stored fields are asked for in its place.</summary>
    public SourceFilter? Source { get; init; }

    /// <summary>How many hits are counted before the total is only a lower bound; -1 for no total.</summary>
    public int TrackedHits { get; init; } = DefaultTrackedHits;

    public JsonElement? Aggregations { get; init; }

    public IReadOnlyList<(string Field, string? Format)> DocValueFields { get; init; } = [];

    public bool WithVersion { get; init; }

    public bool WithSeqNo { get; init; }

    public bool WithStoredFields { get; init; }

    public SourceFilter EffectiveSource => Source ?? (WithStoredFields ? SourceFilter.Nothing : SourceFilter.All);

    /// <exception cref="SearchException">A part that is wrong or not known.</exception>
    public static SearchRequest Parse(RestRequest request)
    {
        var search = new SearchRequest();
        if (request.Json() is { } body)
        {
            foreach (var member in body.EnumerateObject())
                search = search.With(member);
        }

        search = search.WithParameters(request);
        if (search.From < 0)
            throw SearchException.IllegalArgument($"[from] parameter cannot be negative, found [{search.From}]");
        if (search.Size < 0)
            throw SearchException.IllegalArgument($"[size] parameter cannot be negative, found [{search.Size}]");
        return search.SearchAfter is not null && search.From > 0
            ? throw SearchException.Validation("`from` parameter must be set to 0 when `search_after` is used")
            : search;
    }

    /// <summary>The options of the parameter <c>q</c>.</summary>
    public static Queries.QueryStringOptions TextOptions(RestRequest request)
    {
        var options = new Queries.QueryStringOptions { IsAnd = request.Parameter("default_operator")?.ToUpperInvariant() == "AND" };
        if (request.Parameter("lenient") is not null)
            options = options with { IsLenient = request.Flag("lenient") };
        return request.Parameter("df") is { } field ? options with { Fields = [field] } : options;
    }

    SearchRequest With(JsonProperty member)
    {
        var value = member.Value;
        switch (member.Name)
        {
            case "query":
                return this with { Query = value };
            case "from":
                return this with { From = JsonBody.Int(value, "from") };
            case "size":
                return this with { Size = JsonBody.Int(value, "size") };
            case "sort":
                return this with { Sort = SortSpec.Parse(value) };
            case "search_after" when value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0:
                return this with { SearchAfter = value };
            case "search_after":
                throw SearchException.IllegalArgument("Values must contains at least one value.");
            case "_source":
                return this with { Source = SourceFilter.Parse(value) };
            case "track_total_hits":
                return this with { TrackedHits = Tracked(JsonBody.Text(value) ?? "true") };
            case "aggs" or "aggregations":
                return this with { Aggregations = value };
            case "docvalue_fields":
                return this with { DocValueFields = [.. value.EnumerateArray().Select(ParseDocValueField)] };
            case "version":
                return this with { WithVersion = JsonBody.Bool(value) };
            case "seq_no_primary_term":
                return this with { WithSeqNo = JsonBody.Bool(value) };
            case "stored_fields" when JsonBody.OneOrMany(value).All(static field => JsonBody.Text(field) is "*" or "_none_" or "_source"):
                return this with { WithStoredFields = true };
            case "stored_fields":
                throw SearchException.Parsing("[stored_fields] other than [*] is not supported by this node: no field is stored by itself");

            // Nothing is marked, no script is run, and nothing takes so long.
            case "highlight" or "timeout":
            case "script_fields" or "fields" or "ext" or "runtime_mappings" when IsEmpty(value):
            case "explain" or "profile" when value.ValueKind == JsonValueKind.False:
                return this;
            default:
                throw SearchException.Parsing($"Unknown key for a {JsonBody.TokenName(value)} in [{member.Name}].");
        }
    }

    SearchRequest WithParameters(RestRequest request)
    {
        var search = this with
        {
            QueryText = request.Parameter("q"),
            QueryTextOptions = TextOptions(request),
            From = (int)(request.Number("from") ?? From),
            Size = (int)(request.Number("size") ?? Size),
            Source = SourceFilter.ParseParameters(request.Parameter) ?? Source,
            WithVersion = request.Flag("version", WithVersion),
            WithSeqNo = request.Flag("seq_no_primary_term", WithSeqNo),
        };
        if (request.Parameter("sort") is { } sort)
            search = search with { Sort = SortSpec.ParseParameter(sort) };
        if (request.Parameter("track_total_hits") is { } tracked)
            search = search with { TrackedHits = Tracked(tracked) };
        return search;
    }

    static int Tracked(string text) => text switch
    {
        "true" or "" => int.MaxValue,
        "false" => -1,
        _ when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= -1 =>
            number == -1 ? int.MaxValue : number,
        _ => throw SearchException.IllegalArgument($"[track_total_hits] parameter must be positive or equals to -1, got {text}"),
    };

    static (string, string?) ParseDocValueField(JsonElement json) => json.ValueKind == JsonValueKind.String
        ? (json.GetString()!, null)
        : (json.GetProperty("field").GetString()!, json.TryGetProperty("format", out var format) ? JsonBody.Text(format) : null);

    static bool IsEmpty(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => !json.EnumerateObject().Any(),
        JsonValueKind.Array => json.GetArrayLength() == 0,
        _ => false,
    };
}
