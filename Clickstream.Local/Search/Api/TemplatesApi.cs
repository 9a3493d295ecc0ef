using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Http;

namespace Clickstream.Local.Search.Api;

/// <summary><c>_index_template</c>.</summary>
sealed class TemplatesApi(SearchNode node)
{
    static readonly string[] s_common = ["master_timeout", "cluster_manager_timeout", "timeout", "local"];

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/_index_template", Get, s_common);
        routes.Add("GET", "/_index_template/{name}", Get, s_common);
        routes.Add("HEAD", "/_index_template/{name}", Exists, s_common);
        routes.Add("PUT,POST", "/_index_template/{name}", Put, [.. s_common, "create", "cause"]);
        routes.Add("DELETE", "/_index_template/{name}", Delete, s_common);
    }

    RestResponse Put(RestRequest request)
    {
        var body = request.RequiredJson();
        var name = request["name"];
        if (request.Flag("create") && node.Templates.All.Any(template => template.Name == name))
            throw SearchException.IllegalArgument($"index template [{name}] already exists");
        node.Templates.Put(IndexTemplate.Parse(name, body));
        return RestResponse.Ok();
    }

    RestResponse Get(RestRequest request)
    {
        var found = Matching(request.Part("name"));
        if (found.Count == 0 && request.Part("name") is { } name && !Wildcard.IsPattern(name))
            throw new SearchException(404, "resource_not_found_exception", $"index template matching [{name}] not found");
        return RestResponse.Json(found.Count == 0 && request.Part("name") is not null ? 404 : 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("index_templates");
            foreach (var template in found)
            {
                json.WriteStartObject();
                json.WriteString("name", template.Name);
                json.WritePropertyName("index_template");
                template.Write(json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    RestResponse Exists(RestRequest request) => RestResponse.Empty(Matching(request["name"]).Count > 0 ? 200 : 404);

    RestResponse Delete(RestRequest request)
    {
        node.Templates.Delete(request["name"]);
        return RestResponse.Ok();
    }

    List<IndexTemplate> Matching(string? pattern) =>
        [.. node.Templates.All.Where(template => pattern is null || Wildcard.Matches(pattern, template.Name))];
}
