namespace Clickstream.Tests.Search.Contract;

/// <summary>Single documents, their versions and sequence numbers.</summary>
public abstract class DocumentContract(ISearchServer server) : SearchContract(server)
{
    [Fact]
    public async Task A_document_is_put_replaced_got_and_deleted()
    {
        await CreateIndex();
        (await Http.PutAsync($"{Index}/_doc/1", """{"n":1}""")).Is(201, $$$"""
            {"_index":"{{{Index}}}","_id":"1","_version":1,"result":"created","_seq_no":0,"_primary_term":1,
             "_shards":{"total":1,"successful":1,"failed":0}}
            """);
        (await Http.PutAsync($"{Index}/_doc/1", """{"m":2}""")).Is(200, """{"_version":2,"result":"updated","_seq_no":1}""");
        (await Http.GetAsync($"{Index}/_doc/1")).Is(200, $$$"""
            {"_index":"{{{Index}}}","_id":"1","_version":2,"_seq_no":1,"_primary_term":1,"found":true,"_source":{"m":2}}
            """);
        Assert.Null((await Http.GetAsync($"{Index}/_doc/1")).Json["_source"]!["n"]);
        Assert.Equal(200, (await Http.HeadAsync($"{Index}/_doc/1")).Status);
        (await Http.GetAsync($"{Index}/_source/1")).Is(200, """{"m":2}""");

        (await Http.DeleteAsync($"{Index}/_doc/1")).Is(200, """{"_id":"1","_version":3,"result":"deleted","_seq_no":2}""");
        (await Http.GetAsync($"{Index}/_doc/1")).Is(404, $$"""{"_index":"{{Index}}","_id":"1","found":false}""");
        Assert.Equal(404, (await Http.HeadAsync($"{Index}/_doc/1")).Status);
        (await Http.DeleteAsync($"{Index}/_doc/1")).Is(404, """{"_version":4,"result":"not_found","_seq_no":3}""");
        (await Http.PutAsync($"{Index}/_doc/1", "{}")).Is(201, """{"_version":5,"result":"created","_seq_no":4}""");
    }

    [Fact]
    public async Task A_document_without_id_is_given_one()
    {
        var first = (string)(await Http.PostAsync($"{Index}/_doc", "{}")).Is(201, """{"_version":1,"result":"created"}""").Json["_id"]!;
        var second = (string)(await Http.PostAsync($"{Index}/_doc", "{}")).Is(201).Json["_id"]!;
        Assert.NotEqual(first, second);
        (await Http.GetAsync($"{Index}/_doc/{first}")).Is(200, """{"found":true}""");
    }

    [Fact]
    public async Task A_document_is_created_once()
    {
        await CreateIndex();
        (await Http.PutAsync($"{Index}/_create/1", """{"n":1}""")).Is(201);
        (await Http.PutAsync($"{Index}/_create/1", """{"n":2}""")).IsError(409, "version_conflict_engine_exception");
        (await Http.PutAsync($"{Index}/_doc/1?op_type=create", """{"n":2}""")).IsError(409, "version_conflict_engine_exception");
        (await Http.GetAsync($"{Index}/_doc/1")).Is(200, """{"_version":1,"_source":{"n":1}}""");
        (await Http.DeleteAsync($"{Index}/_doc/1")).Is(200);
        (await Http.PutAsync($"{Index}/_create/1", """{"n":3}""")).Is(201, """{"_version":3}""");
    }

    [Fact]
    public async Task An_external_version_only_rises()
    {
        await CreateIndex();
        Task<Answer> Put(long version) => Http.PutAsync($"{Index}/_doc/1?version={version}&version_type=external", "{}");
        Task<Answer> Delete(long version) => Http.DeleteAsync($"{Index}/_doc/1?version={version}&version_type=external");
        (await Put(5)).Is(201, """{"_version":5,"result":"created"}""");
        (await Put(5)).IsError(409, "version_conflict_engine_exception");
        (await Put(4)).IsError(409, "version_conflict_engine_exception");
        (await Put(9_007_199_254_740_993)).Is(200, """{"_version":9007199254740993,"result":"updated"}""");
        (await Delete(9_007_199_254_740_993)).IsError(409, "version_conflict_engine_exception");
        (await Delete(9_007_199_254_740_994)).Is(200, """{"_version":9007199254740994,"result":"deleted"}""");

        // The deletion has a version, too: what was written before it does not come back.
        (await Put(9_007_199_254_740_994)).IsError(409, "version_conflict_engine_exception");
        (await Put(9_007_199_254_740_995)).Is(201, """{"result":"created"}""");
        (await Http.PutAsync($"{Index}/_doc/1?version=7", "{}")).IsError(400, "action_request_validation_exception");
    }

    [Fact]
    public async Task A_get_sees_what_search_does_not_yet_see()
    {
        (await Http.PutAsync(Index, """{"settings":{"number_of_replicas":0,"refresh_interval":"-1"}}""")).Is(200);
        await Http.PutAsync($"{Index}/_doc/1", """{"n":1}""");
        (await Http.GetAsync($"{Index}/_doc/1")).Is(200, """{"_source":{"n":1}}""");
        await Http.PutAsync($"{Index}/_doc/1", """{"n":2}""");
        (await Http.GetAsync($"{Index}/_doc/1")).Is(200, """{"_source":{"n":2}}""");
        await Http.DeleteAsync($"{Index}/_doc/1");
        (await Http.GetAsync($"{Index}/_doc/1")).Is(404);
        Assert.Equal(0, (await Search("{}")).Total);
    }

    [Theory]
    [InlineData("257597-1433221332117-view-355908")]
    [InlineData("a/b c")]
    [InlineData("ä€😀")]
    [InlineData("..")]
    [InlineData("%2F+?#\"\\")]
    public async Task An_id_is_any_text(string id)
    {
        await CreateIndex();
        // A path of two dots would be taken away on the way, so such an id goes by bulk.
        var escaped = System.Text.Json.JsonSerializer.Serialize(id);
        (await Http.BulkAsync($"{Index}/_bulk?refresh=true", $$$"""
            {"index":{"_id":{{{escaped}}}}}
            {"n":1}

            """)).Is(200, $$$"""{"errors":false,"items":[{"index":{"_id":{{{escaped}}}}}]}""");
        Assert.Equal(1, (await Search($$$$"""{"query":{"ids":{"values":[{{{{escaped}}}}]}}}""")).Total);
        if (id != "..")
            (await Http.GetAsync($"{Index}/_doc/{Uri.EscapeDataString(id)}")).Is(200, $$"""{"_id":{{escaped}},"found":true}""");
    }

    [Fact]
    public async Task An_id_has_512_bytes_at_most()
    {
        await CreateIndex();
        (await Http.PutAsync($"{Index}/_doc/{new string('x', 512)}", "{}")).Is(201);
        (await Http.PutAsync($"{Index}/_doc/{new string('x', 513)}", "{}")).IsError(400, "action_request_validation_exception");
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        (await Http.GetAsync($"{Index}/_doc/1")).IsError(404, "index_not_found_exception");
        (await Http.DeleteAsync($"{Index}/_doc/1")).IsError(404, "index_not_found_exception");
        await CreateIndex();
        (await Http.GetAsync($"{Index}/_doc/1")).Is(404, """{"found":false}""");
        (await Http.PutAsync($"{Index}/_doc/1")).IsError(400, "parse_exception");
    }
}
