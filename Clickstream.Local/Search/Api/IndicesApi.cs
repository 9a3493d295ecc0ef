using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Http;
using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Api;

/// <summary>Makes, shows and deletes indices; refreshes and flushes them.</summary>
sealed class IndicesApi(SearchNode node)
{
    static readonly string[] s_multi = ["ignore_unavailable", "allow_no_indices", "expand_wildcards", "local", "master_timeout", "cluster_manager_timeout", "timeout"];

    public void Register(RouteTable routes)
    {
        routes.Add("PUT", "/{index}", Create, "wait_for_active_shards", "timeout", "master_timeout", "cluster_manager_timeout");
        routes.Add("GET", "/{index}", Get, s_multi);
        routes.Add("HEAD", "/{index}", Exists, s_multi);
        routes.Add("DELETE", "/{index}", Delete, s_multi);
        routes.Add("GET,POST", "/_refresh", Refresh, s_multi);
        routes.Add("GET,POST", "/{index}/_refresh", Refresh, s_multi);
        routes.Add("GET,POST", "/_flush", Flush, [.. s_multi, "force", "wait_if_ongoing"]);
        routes.Add("GET,POST", "/{index}/_flush", Flush, [.. s_multi, "force", "wait_if_ongoing"]);
    }

    RestResponse Create(RestRequest request)
    {
        var name = request["index"];
        var (settings, mapping, aliases) = (IndexSettings.None, Mapping.Empty, (IReadOnlyList<string>)[]);
        IndexName.Check(name);
        if (!request.Body.IsEmpty)
        {
            foreach (var member in request.RequiredJson().EnumerateObject())
            {
                switch (member.Name)
                {
                    case "settings":
                        settings = IndexSettings.Parse(member.Value);
                        break;
                    case "mappings":
                        mapping = MappingParser.Parse(member.Value);
                        break;
                    case "aliases":
                        aliases = AliasDefinitions.Parse(member.Value);
                        break;
                    default:
                        throw new SearchException(400, "parse_exception", $"unknown key [{member.Name}] for create index");
                }
            }
        }

        node.Indices.Create(name, settings, mapping, aliases);
        return RestResponse.Json(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("acknowledged", true);
            json.WriteBoolean("shards_acknowledged", true);
            json.WriteString("index", name);
            json.WriteEndObject();
        });
    }

    RestResponse Get(RestRequest request)
    {
        var indices = node.Indices.Resolve(request["index"], request.IndexOptions());
        return RestResponse.Json(json =>
        {
            json.WriteStartObject();
            foreach (var index in indices)
            {
                json.WriteStartObject(index.Name);
                index.Metadata.WriteAliases(json);
                index.Metadata.WriteMapping(json);
                index.Metadata.WriteSettings(json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    RestResponse Exists(RestRequest request)
    {
        try
        {
            node.Indices.Resolve(request["index"], request.IndexOptions());
            return RestResponse.Empty(200);
        }
        catch (SearchException e) when (e.Status == 404)
        {
            return RestResponse.Empty(404);
        }
    }

    RestResponse Delete(RestRequest request)
    {
        foreach (var part in request["index"].Split(','))
        {
            if (!Wildcard.IsPattern(part) && node.Indices.All.All(index => index.Name != part) && node.Indices.All.Any(index => index.Metadata.Aliases.Contains(part)))
            {
                throw SearchException.IllegalArgument(
                    $"The provided expression [{part}] matches an alias, specify the corresponding concrete indices instead.");
            }
        }

        node.Indices.Delete(node.Indices.Resolve(request["index"], request.IndexOptions() with { AliasesToo = false }));
        return RestResponse.Ok();
    }

    RestResponse Refresh(RestRequest request) => OnEach(request, static index => index.Refresh());

    RestResponse Flush(RestRequest request) => OnEach(request, static index => index.Commit());

    RestResponse OnEach(RestRequest request, Action<SearchIndex> action)
    {
        var indices = node.Indices.Resolve(request.Part("index"), request.IndexOptions());
        foreach (var index in indices)
            action(index);
        return RestResponse.Json(json =>
        {
            json.WriteStartObject();
            SearchResponse.WriteShards(json, indices.Count, withSkipped: false);
            json.WriteEndObject();
        });
    }
}
