using Clickstream.Local.Search.Http;

namespace Clickstream.Local.Search.Api;

/// <summary>All the APIs there are; a new one is a class with its routes, and a line here.</summary>
static class RestApis
{
    public static RouteTable For(SearchNode node)
    {
        var routes = new RouteTable();
        new ClusterApi(node).Register(routes);
        new CatApi(node).Register(routes);
        new IndicesApi(node).Register(routes);
        new MappingApi(node).Register(routes);
        new AliasesApi(node).Register(routes);
        new TemplatesApi(node).Register(routes);
        new DocumentApi(node).Register(routes);
        new BulkApi(node).Register(routes);
        new SearchApi(node).Register(routes);
        new CountApi(node).Register(routes);
        new DeleteByQueryApi(node).Register(routes);
        return routes;
    }

    /// <summary>What a request says about the indices that it names.</summary>
    public static Cluster.IndexOptions IndexOptions(this RestRequest request) =>
        new(request.Flag("ignore_unavailable"), request.Flag("allow_no_indices", otherwise: true));
}
