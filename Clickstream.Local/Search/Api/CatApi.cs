using System.Globalization;
using System.Text;
using System.Text.Json;
using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Http;

namespace Clickstream.Local.Search.Api;

/// <summary><c>_cat/indices</c>: a table of the indices, as text or JSON.</summary>
sealed class CatApi(SearchNode node)
{
    static readonly string[] s_columns =
        ["health", "status", "index", "uuid", "pri", "rep", "docs.count", "docs.deleted", "store.size", "pri.store.size"];

    static readonly HashSet<string> s_numbers = ["pri", "rep", "docs.count", "docs.deleted", "store.size", "pri.store.size"];

    static readonly string[] s_parameters = ["v", "h", "s", "format", "bytes", "health", "expand_wildcards", "local", "master_timeout", "cluster_manager_timeout", "include_unloaded_segments", "time"];

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/_cat/indices", Indices, s_parameters);
        routes.Add("GET", "/_cat/indices/{index}", Indices, s_parameters);
    }

    RestResponse Indices(RestRequest request)
    {
        var columns = request.Parameter("h")?.Split(',') ?? s_columns;
        foreach (var column in columns)
        {
            if (!s_columns.Contains(column))
                throw SearchException.IllegalArgument($"column [{column}] of _cat/indices is not supported by this node");
        }

        var rows = node.Indices.Resolve(request.Part("index"), new()).Select(index => Row(index, request.Parameter("bytes"))).ToList();
        if (request.Parameter("health") is { } health)
            rows.RemoveAll(row => row["health"] != health);
        if (request.Parameter("s") is { } sort)
            Sort(rows, sort);
        return request.Parameter("format") switch
        {
            "json" => RestResponse.Json(json => WriteJson(json, rows, columns)),
            null or "text" => RestResponse.Text(Text(rows, columns, request.Flag("v"))),
            var other => throw SearchException.IllegalArgument($"format [{other}] is not supported by this node; use text or json"),
        };
    }

    static Dictionary<string, string> Row(SearchIndex index, string? unit)
    {
        using var snapshot = index.Acquire();
        var size = Size(index.Folder);
        var text = unit switch
        {
            null => Readable(size),
            "b" => size.ToString(CultureInfo.InvariantCulture),
            "k" or "kb" => (size / 1024).ToString(CultureInfo.InvariantCulture),
            "m" or "mb" => (size / 1024 / 1024).ToString(CultureInfo.InvariantCulture),
            _ => throw SearchException.IllegalArgument($"bytes [{unit}] is not supported by this node; use b, kb or mb"),
        };
        return new()
        {
            ["health"] = index.IsGreen ? "green" : "yellow",
            ["status"] = "open",
            ["index"] = index.Name,
            ["uuid"] = index.Metadata.Uuid,
            ["pri"] = "1",
            ["rep"] = index.Metadata.Settings.Replicas.ToString(CultureInfo.InvariantCulture),
            ["docs.count"] = snapshot.Reader.NumDocs.ToString(CultureInfo.InvariantCulture),
            ["docs.deleted"] = snapshot.Reader.NumDeletedDocs.ToString(CultureInfo.InvariantCulture),
            ["store.size"] = text,
            ["pri.store.size"] = text,
        };
    }

    static long Size(string folder)
    {
        var size = 0L;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            try
            {
                size += file.Length;
            }
            catch (FileNotFoundException)
            {
                // Merged away meanwhile.
            }
        }

        return size;
    }

    static string Readable(long bytes)
    {
        var (number, unit) = bytes switch
        {
            >= 1L << 30 => (bytes / (double)(1L << 30), "gb"),
            >= 1 << 20 => (bytes / (double)(1 << 20), "mb"),
            >= 1 << 10 => (bytes / (double)(1 << 10), "kb"),
            _ => (bytes, "b"),
        };
        return (Math.Floor(number * 10) / 10).ToString("0.#", CultureInfo.InvariantCulture) + unit;
    }

    static void Sort(List<Dictionary<string, string>> rows, string sort)
    {
        var (column, isDescending) = sort.EndsWith(":desc", StringComparison.Ordinal) ? (sort[..^5], true)
            : sort.EndsWith(":asc", StringComparison.Ordinal) ? (sort[..^4], false) : (sort, false);
        if (!s_columns.Contains(column))
            throw SearchException.IllegalArgument($"Unable to sort by unknown sort key `{column}`");
        rows.Sort((a, b) =>
        {
            var order = s_numbers.Contains(column) && long.TryParse(a[column], out var x) && long.TryParse(b[column], out var y)
                ? x.CompareTo(y)
                : string.CompareOrdinal(a[column], b[column]);
            return isDescending ? -order : order;
        });
    }

    static void WriteJson(Utf8JsonWriter json, List<Dictionary<string, string>> rows, string[] columns)
    {
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            foreach (var column in columns)
                json.WriteString(column, row[column]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Columns as wide as their widest cell; numbers end on the right.
    static string Text(List<Dictionary<string, string>> rows, string[] columns, bool withNames)
    {
        var lines = rows.Select(row => columns.Select(column => row[column]).ToArray()).ToList();
        if (withNames)
            lines.Insert(0, columns);
        var widths = columns.Select((_, i) => lines.Count == 0 ? 0 : lines.Max(line => line[i].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                var isLast = i == columns.Length - 1;
                var cell = s_numbers.Contains(columns[i]) ? line[i].PadLeft(widths[i]) : isLast ? line[i] : line[i].PadRight(widths[i]);
                text.Append(cell).Append(isLast ? '\n' : ' ');
            }
        }

        return text.ToString();
    }
}
