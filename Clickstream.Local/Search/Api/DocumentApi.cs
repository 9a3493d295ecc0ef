using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Http;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Api;

/// <summary>One document: <c>_doc</c>, <c>_create</c>, <c>_update</c> and <c>_source</c>.</summary>
sealed class DocumentApi(SearchNode node)
{
    static readonly string[] s_write = ["refresh", "version", "version_type", "op_type", "if_seq_no", "if_primary_term", "timeout", "wait_for_active_shards", "routing"];
    static readonly string[] s_read = ["_source", "_source_includes", "_source_excludes", "realtime", "refresh", "preference", "routing"];

    public void Register(RouteTable routes)
    {
        routes.Add("PUT,POST", "/{index}/_doc/{id}", request => Put(request, request["id"], request.Parameter("op_type") == "create"), s_write);
        routes.Add("POST", "/{index}/_doc", request => Put(request, DocumentId.Next(), isCreate: true), s_write);
        routes.Add("PUT,POST", "/{index}/_create/{id}", request => Put(request, request["id"], isCreate: true), s_write);
        routes.Add("POST", "/{index}/_update/{id}", Update, [.. s_write, "retry_on_conflict", "_source"]);
        routes.Add("DELETE", "/{index}/_doc/{id}", Delete, s_write);
        routes.Add("GET,HEAD", "/{index}/_doc/{id}", Get, s_read);
        routes.Add("GET,HEAD", "/{index}/_source/{id}", GetSource, s_read);
    }

    RestResponse Put(RestRequest request, string id, bool isCreate)
    {
        if (request.Body.IsEmpty)
            throw new SearchException(400, "parse_exception", "request body is required");
        DocumentId.Check(id);
        var write = WriteOf(request, isCreate ? WriteKind.Create : WriteKind.Index, id) with { Source = request.Body };
        var refresh = RefreshPolicy.Parse(request);
        var writes = node.Indices.FindOrCreate(request["index"]).BeginWrites();
        return Finish(writes, id, writes.Write(write), refresh);
    }

    RestResponse Delete(RestRequest request)
    {
        var write = WriteOf(request, WriteKind.Delete, request["id"]);

        // With an external version the deletion must be remembered, so the index is made for it.
        var refresh = RefreshPolicy.Parse(request);
        var index = write.VersionType == VersionType.Internal ? Existing(request["index"]) : node.Indices.FindOrCreate(request["index"]);
        var writes = index.BeginWrites();
        return Finish(writes, request["id"], writes.Write(write), refresh);
    }

    RestResponse Update(RestRequest request)
    {
        DocumentId.Check(request["id"]);
        var update = DocumentUpdate.Parse(request.Body);
        var refresh = RefreshPolicy.Parse(request);
        var writes = node.Indices.FindOrCreate(request["index"]).BeginWrites();
        var result = update.Apply(writes, request["id"], request.Number("if_seq_no")) ?? throw WriteAnswer.Missing(writes.Index, request["id"]);
        return Finish(writes, request["id"], result, refresh);
    }

    RestResponse Get(RestRequest request)
    {
        var index = Existing(request["index"]);
        var filter = SourceFilter.ParseParameters(request.Parameter) ?? SourceFilter.All;
        if (request.Flag("refresh"))
            index.Refresh();
        var found = index.Get(request["id"]);
        return RestResponse.Json(found is null ? 404 : 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("_index", index.Name);
            json.WriteString("_id", request["id"]);
            if (found is not { } document)
            {
                json.WriteBoolean("found", false);
                json.WriteEndObject();
                return;
            }

            json.WriteNumber("_version", document.Version);
            json.WriteNumber("_seq_no", document.SeqNo);
            json.WriteNumber("_primary_term", 1);
            json.WriteBoolean("found", true);
            if (filter.IsWanted)
            {
                json.WritePropertyName("_source");
                filter.Write(json, document.Source);
            }

            json.WriteEndObject();
        });
    }

    RestResponse GetSource(RestRequest request)
    {
        var index = Existing(request["index"]);
        var filter = SourceFilter.ParseParameters(request.Parameter) ?? SourceFilter.All;
        if (index.Get(request["id"]) is not { } document)
            throw new SearchException(404, "resource_not_found_exception", $"Document not found [{index.Name}]/[{request["id"]}]");
        return RestResponse.Json(json => filter.Write(json, document.Source));
    }

    SearchIndex Existing(string name)
    {
        IndexName.CheckExpression(name);
        return node.Indices.Find(name) ?? throw SearchException.NoSuchIndex(name, "index_expression");
    }

    static WriteRequest WriteOf(RestRequest request, WriteKind kind, string id)
    {
        var write = new WriteRequest(kind, id, default, ParseVersionType(request.Parameter("version_type")), request.Number("version") ?? 0, request.Number("if_seq_no"));
        CheckVersion(write, request.Parameter("version") is not null);
        return write;
    }

    public static VersionType ParseVersionType(string? name) => name switch
    {
        null or "internal" => VersionType.Internal,
        "external" or "external_gt" => VersionType.External,
        "external_gte" => VersionType.ExternalOrEqual,
        _ => throw SearchException.IllegalArgument($"No version type match [{name}]"),
    };

    public static void CheckVersion(in WriteRequest write, bool hasVersion)
    {
        if (write.VersionType == VersionType.Internal && hasVersion)
        {
            throw SearchException.Validation(
                "internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead");
        }

        if (write.VersionType != VersionType.Internal && (!hasVersion || write.Version < 0))
            throw SearchException.Validation($"illegal version value [{(hasVersion ? write.Version : -3)}] for version type [{Name(write.VersionType)}]");
        if (write.VersionType != VersionType.Internal && write.Kind == WriteKind.Create)
            throw SearchException.Validation("create operations only support internal versioning. use index instead");
    }

    static string Name(VersionType type) => type == VersionType.External ? "EXTERNAL" : "EXTERNAL_GTE";

    static RestResponse Finish(IndexWrites writes, string id, WriteResult result, RefreshPolicy.Kind refresh)
    {
        writes.Sync();
        if (result.Outcome == WriteOutcome.Conflict)
            throw WriteAnswer.Conflict(writes.Index, result);
        if (refresh != RefreshPolicy.Kind.None)
            writes.Index.Refresh();
        return RestResponse.Json(result.Status, json =>
        {
            json.WriteStartObject();
            WriteAnswer.WriteMembers(json, writes.Index, id, result, refresh == RefreshPolicy.Kind.Immediate);
            json.WriteEndObject();
        });
    }
}
