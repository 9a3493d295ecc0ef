using System.Text.Json;
using Clickstream.Local.Search.Http;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Api;

/// <summary><c>_count</c>: a search without hits.</summary>
sealed class CountApi(SearchNode node)
{
    static readonly string[] s_parameters = ["q", "df", "default_operator", "analyze_wildcard", "lenient", "ignore_unavailable", "allow_no_indices", "expand_wildcards", "preference", "routing", "ignore_throttled"];

    public void Register(RouteTable routes)
    {
        routes.Add("GET,POST", "/_count", Count, s_parameters);
        routes.Add("GET,POST", "/{index}/_count", Count, s_parameters);
    }

    RestResponse Count(RestRequest request)
    {
        var search = new SearchRequest
        {
            Query = QueryOf(request.Json()),
            QueryText = request.Parameter("q"),
            QueryTextOptions = SearchRequest.TextOptions(request),
            Size = 0,
        };
        using var found = SearchExecution.Run(search, node.Indices.Resolve(request.Part("index"), request.IndexOptions()), node);
        return RestResponse.Json(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("count", found.Total);
            SearchResponse.WriteShards(json, found.ShardCount);
            json.WriteEndObject();
        });
    }

    /// <summary>The query of a body that may have nothing else.</summary>
    public static JsonElement? QueryOf(JsonElement? body)
    {
        JsonElement? query = null;
        if (body is not { } given)
            return null;
        foreach (var member in given.EnumerateObject())
            query = member.Name == "query" ? member.Value : throw SearchException.Parsing($"request does not support [{member.Name}]");
        return query;
    }
}
