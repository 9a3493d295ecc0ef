namespace Clickstream.Tests.Search.Contract;

/// <summary>Indices: made, looked at, refreshed, removed; named one by one, in lists and by patterns.</summary>
public abstract class IndexContract(ISearchServer server) : SearchContract(server)
{
    [Fact]
    public async Task An_index_is_made_once_and_removed_once()
    {
        Assert.Equal(404, (await Http.HeadAsync(Index)).Status);
        (await Http.PutAsync(Index)).Is(200, $$"""{"acknowledged":true,"shards_acknowledged":true,"index":"{{Index}}"}""");
        Assert.Equal(200, (await Http.HeadAsync(Index)).Status);
        (await Http.PutAsync(Index, "{}")).IsError(400, "resource_already_exists_exception");
        (await Http.DeleteAsync(Index)).Is(200, """{"acknowledged":true}""");
        Assert.Equal(404, (await Http.HeadAsync(Index)).Status);
        (await Http.DeleteAsync(Index)).IsError(404, "index_not_found_exception");
    }

    [Fact]
    public async Task An_index_made_anew_is_empty()
    {
        await CreateIndex("""{"n":{"type":"long"}}""");
        await IndexDocuments("""{"n":1}""");
        await Http.DeleteAsync(Index);
        await CreateIndex("""{"n":{"type":"keyword"}}""");
        Assert.Equal(0, (await Search("{}")).Total);
        (await Http.GetAsync($"{Index}/_doc/1")).Is(404, """{"found":false}""");
    }

    [Fact]
    public async Task Settings_mappings_and_aliases_come_back()
    {
        (await Http.PutAsync(Index, $$$$"""
            {
              "settings": {"number_of_replicas": 0, "index": {"refresh_interval": "5s"}},
              "mappings": {"properties": {"n": {"type": "long"}}},
              "aliases": {"{{{{Index}}}}-alias": {}}
            }
            """)).Is(200);
        (await Http.GetAsync(Index)).Is(200, $$$$$"""
            {"{{{{{Index}}}}}":{
              "aliases":{"{{{{{Index}}}}}-alias":{}},
              "mappings":{"properties":{"n":{"type":"long"}}},
              "settings":{"index":{"number_of_shards":"1","number_of_replicas":"0","refresh_interval":"5s","provided_name":"{{{{{Index}}}}}"}}}}
            """);
        (await Http.GetAsync($"{Index}/_settings")).Is(200, $$$$$"""{"{{{{{Index}}}}}":{"settings":{"index":{"refresh_interval":"5s"}}}}""");
        (await Http.GetAsync($"{Index}/_mapping")).Is(200, $$$$$$"""{"{{{{{{Index}}}}}}":{"mappings":{"properties":{"n":{"type":"long"}}}}}""");
    }

    [Theory]
    [InlineData("""{"nosuch":{}}""", "parse_exception")]
    [InlineData("""{"settings":{"nosuch":1}}""", "illegal_argument_exception")]
    [InlineData("""{"mappings":{"properties":{"x":{"type":"nosuch"}}}}""", "mapper_parsing_exception")]
    [InlineData("""{"mappings":{"properties":{"x":{"type":"keyword","nosuch":1}}}}""", "mapper_parsing_exception")]
    public async Task An_index_with_an_unknown_part_is_refused_by_name(string body, string type)
    {
        (await Http.PutAsync(Index, body)).IsError(400, type).Says("nosuch");
        Assert.Equal(404, (await Http.HeadAsync(Index)).Status);
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("_first")]
    [InlineData("-first")]
    [InlineData("a%20b")]
    [InlineData("a%23b")]
    public async Task A_name_that_cannot_be_is_refused(string name) =>
        (await Http.PutAsync(name, "{}")).IsError(400, "invalid_index_name_exception");

    [Fact]
    public async Task A_document_makes_the_index_it_is_put_into()
    {
        (await Http.PutAsync($"{Index}/_doc/1?refresh=true", """{"n":1}""")).Is(201);
        (await Http.GetAsync($"{Index}/_mapping")).Is(200, $$$$$$"""{"{{{{{{Index}}}}}}":{"mappings":{"properties":{"n":{"type":"long"}}}}}""");
        Assert.Equal(1, (await Search("{}")).Total);
    }

    [Theory]
    [InlineData("_search", "POST")]
    [InlineData("_count", "POST")]
    [InlineData("_mapping", "GET")]
    [InlineData("_settings", "GET")]
    [InlineData("_refresh", "POST")]
    [InlineData("_flush", "POST")]
    [InlineData("", "GET")]
    public async Task An_index_that_is_not_there_is_not_found(string api, string method) => (method == "GET"
        ? await Http.GetAsync($"{Index}/{api}")
        : await Http.PostAsync($"{Index}/{api}")).IsError(404, "index_not_found_exception").Says(Index);

    [Fact]
    public async Task Lists_and_patterns_name_several_indices()
    {
        foreach (var name in (string[])["-a", "-b"])
            (await Http.PutAsync($"{Index}{name}/_doc/1?refresh=true", "{}")).Is(201);
        async Task<int> Count(string names, string query = "") =>
            (int)(await Http.GetAsync($"{names}/_count{query}")).Is(200).Json["count"]!;
        Assert.Equal(1, await Count($"{Index}-a"));
        Assert.Equal(2, await Count($"{Index}-a,{Index}-b"));
        Assert.Equal(2, await Count($"{Index}-*"));
        Assert.Equal(1, await Count($"{Index}-*,-{Index}-b"));
        Assert.Equal(0, await Count($"{Index}-none*"));
        Assert.Equal(1, await Count($"{Index}-a,{Index}-none", "?ignore_unavailable=true"));
        (await Http.GetAsync($"{Index}-a,{Index}-none/_count")).IsError(404, "index_not_found_exception");
        (await Http.GetAsync($"{Index}-none*/_search?allow_no_indices=false")).IsError(404, "index_not_found_exception");
        Assert.Equal(2, (await Http.GetAsync($"{Index}-*/_search")).Total);
        Assert.Equal(2, (await Http.GetAsync($"{Index}-*/_mapping")).Is(200).Json.AsObject().Count);
    }

    [Fact]
    public async Task A_search_without_any_index_finds_nothing() => (await Http.PostAsync($"{Index}*/_search", "{}")).Is(
        200, """{"timed_out":false,"_shards":{"total":0,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"hits":[]}}""");

    [Fact]
    public async Task Search_sees_what_was_refreshed()
    {
        (await Http.PutAsync(Index, """{"settings":{"number_of_replicas":0,"refresh_interval":"-1"}}""")).Is(200);
        (await Http.PutAsync($"{Index}/_doc/1", "{}")).Is(201);
        Assert.Equal(0, (await Search("{}")).Total);
        (await Http.PostAsync($"{Index}/_refresh")).Is(200, """{"_shards":{"total":1,"successful":1,"failed":0}}""");
        Assert.Equal(1, (await Search("{}")).Total);
        (await Http.DeleteAsync($"{Index}/_doc/1")).Is(200);
        Assert.Equal(1, (await Search("{}")).Total);
        (await Http.PutAsync($"{Index}/_doc/2?refresh=true", "{}")).Is(201, """{"forced_refresh":true}""");
        Assert.Equal("2", (await Search("{}")).HitIds);
    }

    [Fact]
    public async Task A_write_can_wait_until_it_is_seen()
    {
        (await Http.PutAsync(Index, """{"settings":{"number_of_replicas":0,"refresh_interval":"100ms"}}""")).Is(200);
        (await Http.PutAsync($"{Index}/_doc/1?refresh=wait_for", "{}")).Is(201);
        Assert.Equal(1, (await Search("{}")).Total);
    }

    [Fact]
    public async Task A_flush_loses_nothing()
    {
        await CreateIndex();
        (await Http.PutAsync($"{Index}/_doc/1", "{}")).Is(201);
        (await Http.PostAsync($"{Index}/_flush")).Is(200, """{"_shards":{"total":1,"successful":1,"failed":0}}""");
        (await Http.GetAsync($"{Index}/_doc/1")).Is(200, """{"found":true}""");
    }
}
