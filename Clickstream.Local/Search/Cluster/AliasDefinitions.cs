using System.Text.Json;

namespace Clickstream.Local.Search.Cluster;

/// <summary>Aliases as a request or a template gives them: <c>{"name":{}}</c>. One with a filter or a routing is not known here.</summary>
static class AliasDefinitions
{
    public static List<string> Parse(JsonElement json)
    {
        var names = new List<string>();
        foreach (var alias in json.EnumerateObject())
        {
            Check(alias.Name);
            foreach (var member in alias.Value.EnumerateObject())
                throw SearchException.IllegalArgument($"[{member.Name}] of alias [{alias.Name}] is not supported by this node");
            names.Add(alias.Name);
        }

        return names;
    }

    public static void Check(string name)
    {
        if (name.Length == 0 || name[0] is '_' or '-' or '+' || name.Contains('*', StringComparison.Ordinal))
            throw new SearchException(400, "invalid_alias_name_exception", $"Invalid alias name [{name}]: must not start with '_', '-', or '+' nor contain a wildcard");
    }
}
