using System.Text.Json;
using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Http;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Api;

/// <summary><c>_aliases</c> and <c>_alias</c>.</summary>
sealed class AliasesApi(SearchNode node)
{
    readonly Lock _gate = new();

    static readonly string[] s_multi = ["ignore_unavailable", "allow_no_indices", "expand_wildcards", "local", "master_timeout", "cluster_manager_timeout", "timeout"];

    public void Register(RouteTable routes)
    {
        routes.Add("POST", "/_aliases", Change, "timeout", "master_timeout", "cluster_manager_timeout");
        routes.Add("GET,HEAD", "/_alias", Get, s_multi);
        routes.Add("GET,HEAD", "/_alias/{name}", Get, s_multi);
        routes.Add("GET,HEAD", "/{index}/_alias", Get, s_multi);
        routes.Add("GET,HEAD", "/{index}/_alias/{name}", Get, s_multi);
        routes.Add("PUT,POST", "/{index}/_alias/{name}", Put, s_multi);
        routes.Add("DELETE", "/{index}/_alias/{name}", Delete, s_multi);
    }

    RestResponse Change(RestRequest request)
    {
        var body = request.RequiredJson();
        var actions = new List<AliasAction>();
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name != "actions")
                throw SearchException.UnknownField("aliases", member.Name);
            actions.AddRange(member.Value.EnumerateArray().SelectMany(static action => action.EnumerateObject()).Select(AliasAction.Parse));
        }

        if (actions.Count == 0)
            throw SearchException.IllegalArgument("No action specified");
        Apply(actions);
        return RestResponse.Ok();
    }

    RestResponse Put(RestRequest request)
    {
        if (request.Json() is { } body && body.EnumerateObject().Any())
            throw SearchException.IllegalArgument($"[{body.EnumerateObject().First().Name}] of alias [{request["name"]}] is not supported by this node");
        Apply([new(true, [request["index"]], [request["name"]], MustExist: false)]);
        return RestResponse.Ok();
    }

    RestResponse Delete(RestRequest request)
    {
        Apply([new(false, [request["index"]], [request["name"]], MustExist: true)]);
        return RestResponse.Ok();
    }

    RestResponse Get(RestRequest request)
    {
        var names = request.Part("name")?.Split(',');
        var indices = node.Indices.Resolve(request.Part("index"), request.IndexOptions());
        bool IsWanted(string alias) => names is null || names.Any(name => name is "_all" || Wildcard.Matches(name, alias));
        var missing = names?.Where(name => !Wildcard.IsPattern(name) && name != "_all" && !indices.Exists(index => index.Metadata.Aliases.Contains(name))).ToList();
        if (missing is { Count: > 0 })
        {
            return RestResponse.PlainError(
                404, missing.Count == 1 ? $"alias [{missing[0]}] missing" : $"aliases [{string.Join(",", missing)}] missing", withStatus: true);
        }

        return RestResponse.Json(json =>
        {
            json.WriteStartObject();
            foreach (var index in indices)
            {
                if (names is not null && !index.Metadata.Aliases.Any(IsWanted))
                    continue;
                json.WriteStartObject(index.Name);
                index.Metadata.WriteAliases(json, IsWanted);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    // Everything is looked at before anything is changed, by one request at a time.
    void Apply(List<AliasAction> actions)
    {
        lock (_gate)
            ApplyAlone(actions);
    }

    void ApplyAlone(List<AliasAction> actions)
    {
        var changed = new Dictionary<SearchIndex, SortedSet<string>>();
        foreach (var action in actions)
        {
            var any = false;
            foreach (var index in node.Indices.Resolve(string.Join(',', action.Indices), new(AliasesToo: false)))
            {
                if (!changed.TryGetValue(index, out var aliases))
                    changed.Add(index, aliases = new(index.Metadata.Aliases, StringComparer.Ordinal));
                foreach (var alias in action.Aliases)
                    any |= action.IsAdd ? Add(aliases, alias) : aliases.RemoveWhere(present => Wildcard.Matches(alias, present)) > 0;
            }

            if (!action.IsAdd && !any && action.MustExist)
            {
                var names = string.Join(", ", action.Aliases);
                throw new SearchException(404, "aliases_not_found_exception", $"aliases [{names}] missing")
                {
                    Details = [new("resource.id", names), new("resource.type", "aliases")],
                };
            }
        }

        foreach (var (index, aliases) in changed)
            index.Change(metadata => metadata with { Aliases = [.. aliases] });
    }

    bool Add(SortedSet<string> aliases, string alias)
    {
        AliasDefinitions.Check(alias);
        if (node.Indices.All.Any(index => index.Name == alias))
            throw new SearchException(400, "invalid_alias_name_exception", $"Invalid alias name [{alias}]: an index exists with the same name as the alias");
        return aliases.Add(alias);
    }

    /// <summary>One of the actions of a request.</summary>
    sealed record AliasAction(bool IsAdd, IReadOnlyList<string> Indices, IReadOnlyList<string> Aliases, bool MustExist)
    {
        public static AliasAction Parse(JsonProperty member)
        {
            if (member.Name is not ("add" or "remove"))
                throw SearchException.UnknownField("alias_action", member.Name);
            List<string> indices = [], aliases = [];
            var mustExist = true;
            foreach (var part in member.Value.EnumerateObject())
            {
                switch (part.Name)
                {
                    case "index" or "indices":
                        indices.AddRange(JsonBody.OneOrMany(part.Value).Select(static name => JsonBody.Text(name) ?? ""));
                        break;
                    case "alias" or "aliases":
                        aliases.AddRange(JsonBody.OneOrMany(part.Value).Select(static name => JsonBody.Text(name) ?? ""));
                        break;
                    case "must_exist" when member.Name == "remove":
                        mustExist = JsonBody.Bool(part.Value);
                        break;
                    default:
                        throw SearchException.UnknownField(member.Name, part.Name);
                }
            }

            if (indices.Count == 0)
                throw SearchException.IllegalArgument("One of [index] or [indices] is required");
            return aliases.Count == 0
                ? throw SearchException.IllegalArgument("One of [alias] or [aliases] is required")
                : new(member.Name == "add", indices, aliases, mustExist);
        }
    }
}
