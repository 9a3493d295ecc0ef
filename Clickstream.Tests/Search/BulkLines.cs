using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search;

/// <summary>Bodies of bulk requests.</summary>
static class BulkLines
{
    /// <summary>Documents under their ids.</summary>
    public static string Of(string action, IEnumerable<(string Id, string Source)> documents)
    {
        var lines = new StringBuilder();
        foreach (var (id, source) in documents)
        {
            lines.Append(new JsonObject { [action] = new JsonObject { ["_id"] = id } }.ToJsonString()).Append('\n');
            lines.Append(source).Append('\n');
        }

        return lines.ToString();
    }

    /// <summary>Documents under their places as ids, from 1.</summary>
    public static string Numbered(IEnumerable<string> sources) =>
        Of("index", sources.Select(static (source, i) => ((i + 1).ToString(CultureInfo.InvariantCulture), source)));
}
