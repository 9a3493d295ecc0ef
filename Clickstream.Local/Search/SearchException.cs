namespace Clickstream.Local.Search;

/// <summary>
/// An answer that is an error, in OpenSearch's words: a status, a type such as <c>mapper_parsing_exception</c> and a reason.
/// </summary>
sealed class SearchException(int status, string type, string reason, SearchException? cause = null) : Exception(reason)
{
    public int Status { get; } = status;

    public string Type { get; } = type;

    public SearchException? Cause { get; } = cause;

    /// <summary>Further members of the error object, such as the index.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Details { get; init; } = [];

    /// <summary>It came up while a shard was searched: OpenSearch wraps such an error in <c>search_phase_execution_exception</c>.</summary>
    public bool IsOfShard { get; init; }

    public static SearchException IllegalArgument(string reason, SearchException? cause = null) =>
        new(400, "illegal_argument_exception", reason, cause);

    /// <summary>A request body that is JSON but not what it should be.</summary>
    public static SearchException Parsing(string reason) => new(400, "parsing_exception", reason);

    public static SearchException UnknownField(string where, string field) =>
        new(400, "x_content_parse_exception", $"[{where}] unknown field [{field}]");

    public static SearchException Json(string reason) => new(400, "json_parse_exception", reason);

    public static SearchException Validation(string reason) =>
        new(400, "action_request_validation_exception", $"Validation Failed: 1: {reason};");

    public static SearchException MapperParsing(string reason, SearchException? cause = null) =>
        new(400, "mapper_parsing_exception", reason, cause);

    public static SearchException NoSuchIndex(string name, string resourceType = "index_or_alias") =>
        new(404, "index_not_found_exception", $"no such index [{name}]")
        {
            Details = [new("index", name), new("resource.id", name), new("resource.type", resourceType), new("index_uuid", "_na_")],
        };

    /// <summary>The text says what is wrong with a query that could not be made for an index.</summary>
    public static SearchException QueryShard(string reason, SearchException? cause = null) =>
        new(400, "query_shard_exception", reason, cause) { IsOfShard = true };

    public static SearchException OfShard(string type, string reason, SearchException? cause = null, int status = 400) =>
        new(status, type, reason, cause) { IsOfShard = true };
}
