using System.Text.Json.Nodes;

namespace Clickstream.Cli.Search;

/// <summary>The search for events that match a query string, newest first.</summary>
static class EventSearch
{
    /// <summary>The body for <c>_search</c>.</summary>
    /// <param name="query">In OpenSearch's query string syntax.</param>
    /// <param name="size">Events a page.</param>
    /// <param name="page">Which page, from 1.</param>
    public static JsonObject Body(string query, int size, int page) => new()
    {
        ["from"] = (page - 1) * size,
        ["size"] = size,
        ["track_total_hits"] = true,
        ["query"] = new JsonObject { ["query_string"] = new JsonObject { ["query"] = query } },
        // The others only so that no event is on two pages.
        ["sort"] = new JsonArray(new JsonObject { ["event_time"] = "desc" }, "visitor_id", "event", "item_id"),
    };
}
