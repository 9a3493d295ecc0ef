using System.Text.Json;
using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Http;
using Clickstream.Local.Search.Mappings;

namespace Clickstream.Local.Search.Api;

/// <summary><c>_mapping</c> and <c>_settings</c>.</summary>
sealed class MappingApi(SearchNode node)
{
    static readonly string[] s_multi = ["ignore_unavailable", "allow_no_indices", "expand_wildcards", "local", "master_timeout", "cluster_manager_timeout", "timeout"];

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/_mapping", GetMapping, s_multi);
        routes.Add("GET", "/{index}/_mapping", GetMapping, s_multi);
        routes.Add("PUT,POST", "/{index}/_mapping", PutMapping, s_multi);
        routes.Add("GET", "/_settings", GetSettings, s_multi);
        routes.Add("GET", "/{index}/_settings", GetSettings, s_multi);
        routes.Add("PUT", "/{index}/_settings", PutSettings, s_multi);
    }

    RestResponse GetMapping(RestRequest request) => Each(request, static (json, metadata) => metadata.WriteMapping(json));

    RestResponse GetSettings(RestRequest request) => Each(request, static (json, metadata) => metadata.WriteSettings(json));

    RestResponse PutMapping(RestRequest request)
    {
        var body = request.RequiredJson();
        var added = MappingParser.Parse(body);
        var indices = node.Indices.Resolve(request["index"], request.IndexOptions());

        // All or none: what would not fit is found out before the first is changed.
        foreach (var index in indices)
            _ = index.Metadata.Mapping.With(added);
        foreach (var index in indices)
            index.Change(metadata => metadata with { Mapping = metadata.Mapping.With(added) });
        return RestResponse.Ok();
    }

    RestResponse PutSettings(RestRequest request)
    {
        var body = request.RequiredJson();
        var settings = IndexSettings.Parse(body.TryGetProperty("settings", out var inner) ? inner : body);
        foreach (var index in node.Indices.Resolve(request["index"], request.IndexOptions()))
        {
            settings.RefuseFixed(index.Name);
            index.Change(metadata => metadata with { Settings = metadata.Settings.With(settings) });
        }

        return RestResponse.Ok();
    }

    RestResponse Each(RestRequest request, Action<Utf8JsonWriter, IndexMetadata> write)
    {
        var indices = node.Indices.Resolve(request.Part("index"), request.IndexOptions());
        return RestResponse.Json(json =>
        {
            json.WriteStartObject();
            foreach (var index in indices)
            {
                json.WriteStartObject(index.Name);
                write(json, index.Metadata);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }
}
