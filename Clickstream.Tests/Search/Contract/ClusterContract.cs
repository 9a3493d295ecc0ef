namespace Clickstream.Tests.Search.Contract;

/// <summary>What is asked of the server as a whole, and what it says to a request that it does not know.</summary>
public abstract class ClusterContract(ISearchServer server) : SearchContract(server)
{
    [Fact]
    public async Task The_server_says_what_it_is()
    {
        var info = (await Http.GetAsync("/")).Is(200, """{"version":{"distribution":"opensearch"}}""").Json;
        Assert.StartsWith("2.", (string?)info["version"]!["number"], StringComparison.Ordinal);
        foreach (var name in (string[])["name", "cluster_name", "cluster_uuid", "tagline"])
            Assert.NotEmpty((string)info[name]!);
        Assert.Equal(200, (await Http.HeadAsync("/")).Status);
    }

    [Fact]
    public async Task Health_is_that_of_one_node() => (await Http.GetAsync("_cluster/health?wait_for_status=yellow&timeout=10s"))
        .Is(200, """{"timed_out":false,"number_of_nodes":1,"number_of_data_nodes":1,"relocating_shards":0}""");

    [Fact]
    public async Task An_index_without_replicas_is_green()
    {
        await CreateIndex();
        (await Http.GetAsync($"_cluster/health/{Index}?wait_for_status=green&timeout=10s")).Is(
            200, """{"status":"green","timed_out":false,"active_primary_shards":1,"active_shards":1,"unassigned_shards":0}""");
    }

    [Fact]
    public async Task Waiting_for_the_health_of_an_index_that_is_not_there_times_out() =>
        (await Http.GetAsync($"_cluster/health/{Index}?wait_for_status=yellow&timeout=50ms"))
            .Is(408, """{"status":"red","timed_out":true,"active_shards":0}""");

    [Fact]
    public async Task Indices_are_listed_as_json()
    {
        await CreateIndex();
        await IndexDocuments("{}", "{}");
        (await Http.GetAsync($"_cat/indices/{Index}?format=json")).Is(200, $$"""
            [{"health":"green","status":"open","index":"{{Index}}","pri":"1","rep":"0","docs.count":"2","docs.deleted":"0"}]
            """);
        Assert.Contains(
            (await Http.GetAsync("_cat/indices?format=json")).Is(200).Json.AsArray(), index => (string?)index!["index"] == Index);
    }

    [Fact]
    public async Task Indices_are_listed_as_text_with_the_columns_asked_for()
    {
        await CreateIndex();
        await IndexDocuments("{}");
        static string[] Words(Answer answer) => answer.Is(200).Text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([Index, "1"], Words(await Http.GetAsync($"_cat/indices/{Index}?h=index,docs.count")));
        Assert.Equal(["index", "docs.count", Index, "1"], Words(await Http.GetAsync($"_cat/indices/{Index}?h=index,docs.count&v")));
        Assert.Equal(["health", "status", "index"], Words(await Http.GetAsync($"_cat/indices/{Index}?v"))[..3]);
    }

    [Fact]
    public async Task An_index_that_is_not_there_is_not_listed()
    {
        (await Http.GetAsync($"_cat/indices/{Index}")).IsError(404, "index_not_found_exception");
        Assert.Empty((await Http.GetAsync($"_cat/indices/{Index}*?format=json")).Is(200).Json.AsArray());
    }

    [Theory]
    [InlineData("_nosuch")]
    [InlineData("_search/_nosuch")]
    public async Task An_unknown_part_of_the_api_is_refused_by_name(string path)
    {
        await CreateIndex();
        Assert.Contains("_nosuch", (await Http.GetAsync($"{Index}/{path}")).Is(400).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_a_path_does_not_have_is_refused()
    {
        await CreateIndex();
        (await Http.PostAsync(Index, "{}")).Is(405, """{"status":405}""");
        (await Http.PutAsync($"{Index}/_doc/", "{}")).Is(405, """{"status":405}""");
    }
}
