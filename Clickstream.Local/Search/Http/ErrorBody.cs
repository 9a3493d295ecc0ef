using System.Text.Json;

namespace Clickstream.Local.Search.Http;

/// <summary>Writes errors in OpenSearch's shape.</summary>
static class ErrorBody
{
    /// <summary>The whole body: <c>{"error":{"root_cause":[...],"type":...,"reason":...},"status":N}</c>.</summary>
    public static void Write(Utf8JsonWriter json, SearchException error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteStartArray("root_cause");
        json.WriteStartObject();
        WriteMembers(json, RootOf(error), withCause: false);
        json.WriteEndObject();
        json.WriteEndArray();
        if (error.IsOfShard)
            WriteAsFailedSearch(json, error);
        else
            WriteMembers(json, error, withCause: true);
        json.WriteEndObject();
        json.WriteNumber("status", error.Status);
        json.WriteEndObject();
    }

    /// <summary>The members of an error within a larger answer, such as that of one item of a bulk.</summary>
    public static void WriteMembers(Utf8JsonWriter json, SearchException error, bool withCause)
    {
        json.WriteString("type", error.Type);
        json.WriteString("reason", error.Message);
        foreach (var (name, value) in error.Details)
            json.WriteString(name, value);
        if (!withCause || error.Cause is null)
            return;
        json.WriteStartObject("caused_by");
        WriteMembers(json, error.Cause, withCause: true);
        json.WriteEndObject();
    }

    // An error that only says where the one of the same kind below it came up is not the root.
    static SearchException RootOf(SearchException error) => error.Cause is { } cause && cause.Type == error.Type ? RootOf(cause) : error;

    static void WriteAsFailedSearch(Utf8JsonWriter json, SearchException error)
    {
        json.WriteString("type", "search_phase_execution_exception");
        json.WriteString("reason", "all shards failed");
        json.WriteString("phase", "query");
        json.WriteBoolean("grouped", true);
        json.WriteStartArray("failed_shards");
        json.WriteStartObject();
        json.WriteNumber("shard", 0);
        json.WriteStartObject("reason");
        WriteMembers(json, error, withCause: true);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("caused_by");
        WriteMembers(json, error, withCause: true);
        json.WriteEndObject();
    }
}
