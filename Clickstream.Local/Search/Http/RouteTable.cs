namespace Clickstream.Local.Search.Http;

/// <summary>
/// Which API answers which request. A path is made of literal parts and of names in braces that take any one part; where several fit,
/// the one with a literal part further to the left is meant.
/// </summary>
sealed class RouteTable
{
    static readonly string[] s_always = ["pretty", "human", "error_trace"];

    readonly List<Route> _routes = [];

    /// <summary>Adds a route for each of the methods (a list with commas), with the parameters that it understands.</summary>
    public void Add(string methods, string path, Func<RestRequest, RestResponse> handler, params string[] parameters)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var method in methods.Split(','))
            _routes.Add(new(method, parts, handler, [.. parameters, .. s_always]));
        _routes.Sort(Route.ByPrecedence);
    }

    /// <summary>
    /// Finds the route of a request, and what its names stand for. <paramref name="allowed"/>: The methods that the path has, should it
    /// not have this one.
    /// </summary>
    public Route? Find(string method, string[] path, out Dictionary<string, string> names, out List<string> allowed)
    {
        names = [];
        allowed = [];
        foreach (var route in _routes)
        {
            if (!route.Fits(path))
                continue;
            if (route.Method != method)
            {
                allowed.Add(route.Method);
                continue;
            }

            for (var i = 0; i < path.Length; i++)
            {
                if (route.NameAt(i) is { } name)
                    names[name] = path[i];
            }

            return route;
        }

        return null;
    }
}

/// <summary>A method and a path, and what answers it.</summary>
sealed class Route(string method, string[] parts, Func<RestRequest, RestResponse> handler, string[] parameters)
{
    public static readonly Comparison<Route> ByPrecedence = static (a, b) => string.CompareOrdinal(a.Rank, b.Rank);

    public string Method { get; } = method;

    public Func<RestRequest, RestResponse> Handler { get; } = handler;

    string Rank { get; } = string.Concat(parts.Select(static part => IsName(part) ? '1' : '0'));

    public bool Knows(string parameter) => parameters.Contains(parameter);

    public string? NameAt(int index) => IsName(parts[index]) ? parts[index][1..^1] : null;

    public bool Fits(string[] path)
    {
        if (path.Length != parts.Length)
            return false;
        for (var i = 0; i < parts.Length; i++)
        {
            // A name takes no part that begins with an underscore, except the first: an index's name is looked at by the API itself.
            if (IsName(parts[i]) ? i > 0 && parts[i] == "{index}" && path[i].StartsWith('_') : parts[i] != path[i])
                return false;
        }

        return true;
    }

    static bool IsName(string part) => part[0] == '{';
}
