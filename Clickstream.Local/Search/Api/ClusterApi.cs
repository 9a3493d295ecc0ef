using System.Text.Json;
using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Http;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Api;

/// <summary><c>GET /</c> and <c>_cluster/health</c>.</summary>
sealed class ClusterApi(SearchNode node)
{
    const string ClusterName = "clickstream";

    /// <summary>The version of OpenSearch whose answers these are.</summary>
    const string Version = "2.19.0";

    static readonly string[] s_statuses = ["green", "yellow", "red"];

    public void Register(RouteTable routes)
    {
        routes.Add("GET,HEAD", "/", static _ => Info());
        routes.Add("GET", "/_cluster/health", Health, "level", "local", "wait_for_status", "timeout", "cluster_manager_timeout", "master_timeout",
            "wait_for_nodes", "wait_for_no_relocating_shards", "wait_for_no_initializing_shards", "wait_for_active_shards", "wait_for_events");
        routes.Add("GET", "/_cluster/health/{index}", Health, "level", "local", "wait_for_status", "timeout", "cluster_manager_timeout",
            "master_timeout", "wait_for_nodes", "wait_for_no_relocating_shards", "wait_for_no_initializing_shards", "wait_for_active_shards", "wait_for_events");
    }

    static RestResponse Info() => RestResponse.Json(static json =>
    {
        json.WriteStartObject();
        json.WriteString("name", "clickstream-local");
        json.WriteString("cluster_name", ClusterName);
        json.WriteString("cluster_uuid", ClusterName);
        json.WriteStartObject("version");
        json.WriteString("distribution", "opensearch");
        json.WriteString("number", Version);
        json.WriteString("build_type", "clickstream-embedded");
        json.WriteString("lucene_version", "4.8.0");
        json.WriteString("minimum_wire_compatibility_version", "7.10.0");
        json.WriteString("minimum_index_compatibility_version", "7.0.0");
        json.WriteEndObject();
        json.WriteString("tagline", "Clickstream's embedded search node: a subset of OpenSearch's REST interface");
        json.WriteEndObject();
    });

    // Nothing here changes by waiting, so a status that is not there is answered as one that did not come in time.
    RestResponse Health(RestRequest request)
    {
        var expression = request.Part("index");
        var indices = node.Indices.Resolve(expression, new(IgnoreUnavailable: true));
        var isMissing = expression is not null && !Wildcard.IsPattern(expression) && indices.Count == 0;
        var status = isMissing ? "red" : indices.TrueForAll(static index => index.IsGreen) ? "green" : "yellow";
        var wanted = request.Parameter("wait_for_status");
        if (wanted is not null && !s_statuses.Contains(wanted))
            throw SearchException.IllegalArgument($"unknown cluster health status [{wanted}]");
        var isTimedOut = isMissing || (wanted is not null && Array.IndexOf(s_statuses, status) > Array.IndexOf(s_statuses, wanted));
        return RestResponse.Json(isTimedOut ? 408 : 200, json => Write(json, indices, status, isTimedOut, request.Parameter("level") is "indices" or "shards"));
    }

    static void Write(Utf8JsonWriter json, List<SearchIndex> indices, string status, bool isTimedOut, bool withIndices)
    {
        var missing = indices.Sum(static index => index.Metadata.Settings.Replicas);
        json.WriteStartObject();
        json.WriteString("cluster_name", ClusterName);
        json.WriteString("status", status);
        json.WriteBoolean("timed_out", isTimedOut);
        json.WriteNumber("number_of_nodes", 1);
        json.WriteNumber("number_of_data_nodes", 1);
        json.WriteBoolean("discovered_master", true);
        json.WriteBoolean("discovered_cluster_manager", true);
        WriteShards(json, indices.Count, missing);
        json.WriteNumber("delayed_unassigned_shards", 0);
        json.WriteNumber("number_of_pending_tasks", 0);
        json.WriteNumber("number_of_in_flight_fetch", 0);
        json.WriteNumber("task_max_waiting_in_queue_millis", 0);
        json.WriteDouble("active_shards_percent_as_number", indices.Count == 0 ? 100 : 100.0 * indices.Count / (indices.Count + missing));
        if (withIndices)
        {
            json.WriteStartObject("indices");
            foreach (var index in indices)
            {
                json.WriteStartObject(index.Name);
                json.WriteString("status", index.IsGreen ? "green" : "yellow");
                json.WriteNumber("number_of_shards", 1);
                json.WriteNumber("number_of_replicas", index.Metadata.Settings.Replicas);
                WriteShards(json, 1, index.Metadata.Settings.Replicas);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void WriteShards(Utf8JsonWriter json, int active, int unassigned)
    {
        json.WriteNumber("active_primary_shards", active);
        json.WriteNumber("active_shards", active);
        json.WriteNumber("relocating_shards", 0);
        json.WriteNumber("initializing_shards", 0);
        json.WriteNumber("unassigned_shards", unassigned);
    }
}
