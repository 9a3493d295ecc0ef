using System.Diagnostics;
using Clickstream.Local.Search.Http;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Api;

/// <summary><c>_search</c>.</summary>
sealed class SearchApi(SearchNode node)
{
    public void Register(RouteTable routes)
    {
        routes.Add("GET,POST", "/_search", Search, SearchRequest.Parameters);
        routes.Add("GET,POST", "/{index}/_search", Search, SearchRequest.Parameters);
    }

    RestResponse Search(RestRequest request)
    {
        var begin = Stopwatch.GetTimestamp();
        var search = SearchRequest.Parse(request);
        using var found = SearchExecution.Run(search, node.Indices.Resolve(request.Part("index"), request.IndexOptions()), node);
        return RestResponse.Json(json => SearchResponse.Write(json, search, found, (long)Stopwatch.GetElapsedTime(begin).TotalMilliseconds));
    }
}
