namespace Clickstream.Tests.Search.Contract;

/// <summary>Deleting what a query finds.</summary>
public abstract class DeleteByQueryContract(ISearchServer server) : SearchContract(server)
{
    [Fact]
    public async Task What_a_query_finds_is_deleted()
    {
        await CreateIndex("""{"version":{"type":"long"}}""");
        await IndexDocuments("""{"version":1}""", """{"version":2}""", """{"version":3}""", "{}");
        (await Http.PostAsync($"{Index}/_delete_by_query?refresh=true", """{"query":{"range":{"version":{"lt":3}}}}""")).Is(
            200, """{"timed_out":false,"total":2,"deleted":2,"version_conflicts":0,"failures":[]}""");
        Assert.Equal("3 4", (await Search("{}")).HitIds);
        (await Http.GetAsync($"{Index}/_doc/1")).Is(404);
        (await Http.PostAsync($"{Index}/_delete_by_query", """{"query":{"range":{"version":{"lt":3}}}}""")).Is(
            200, """{"total":0,"deleted":0}""");
    }

    [Fact]
    public async Task A_deletion_by_query_needs_a_query_that_is_known()
    {
        await CreateIndex();
        (await Http.PostAsync($"{Index}/_delete_by_query", "{}")).IsError(400, "action_request_validation_exception");
        (await Http.PostAsync($"{Index}/_delete_by_query", """{"query":{"nosuch":{}}}""")).IsError(400, "parsing_exception").Says("nosuch");
        (await Http.PostAsync($"{Index}-none/_delete_by_query", """{"query":{"match_all":{}}}""")).IsError(404, "index_not_found_exception");
    }

    [Fact]
    public async Task Everything_can_be_deleted_and_stored_anew()
    {
        await CreateIndex();
        await IndexDocuments("{}", "{}");
        (await Http.PostAsync($"{Index}/_delete_by_query?refresh=true&conflicts=proceed", """{"query":{"match_all":{}}}"""))
            .Is(200, """{"deleted":2}""");
        Assert.Equal(0, (await Search("{}")).Total);
        await IndexDocuments("""{"n":1}""");
        Assert.Equal("1", (await Search("{}")).HitIds);
    }
}
