namespace Clickstream.Tests.Search.Contract;

/// <summary>Aliases: other names of indices.</summary>
public abstract class AliasContract(ISearchServer server) : SearchContract(server)
{
    string Alias => Index + "-alias";

    [Fact]
    public async Task An_alias_stands_for_its_indices()
    {
        foreach (var name in (string[])["-1", "-2"])
        {
            (await Http.PutAsync($"{Index}{name}/_doc/{name[1]}?refresh=true", "{}")).Is(201);
            await Change("add", Index + name);
        }

        (await Http.GetAsync($"_alias/{Alias}")).Is(200, $$$$$"""
            {"{{{{{Index}}}}}-1":{"aliases":{"{{{{{Alias}}}}}":{}}},"{{{{{Index}}}}}-2":{"aliases":{"{{{{{Alias}}}}}":{}}}}
            """);
        (await Http.GetAsync($"{Index}-1/_alias")).Is(200, $$$$$"""{"{{{{{Index}}}}}-1":{"aliases":{"{{{{{Alias}}}}}":{}}}}""");
        Assert.Equal(200, (await Http.HeadAsync($"_alias/{Alias}")).Status);
        Assert.Equal(200, (await Http.HeadAsync(Alias)).Status);
        var hits = (await Http.GetAsync($"{Alias}/_search")).Is(200).Json["hits"]!["hits"]!.AsArray();
        Assert.Equal([Index + "-1", Index + "-2"], hits.Select(static hit => (string)hit!["_index"]!).Order());

        await Change("remove", Index + "-2");
        Assert.Equal("1", (await Http.GetAsync($"{Alias}/_search")).HitIds);
    }

    [Fact]
    public async Task A_change_of_several_aliases_is_one_change()
    {
        await Http.PutAsync(Index + "-1");
        await Http.PutAsync(Index + "-2");
        await Change("add", Index + "-1");
        (await Http.PostAsync("_aliases", $$$"""
            {"actions":[
              {"remove":{"index":"{{{Index}}}-1","alias":"{{{Alias}}}"}},
              {"add":{"indices":["{{{Index}}}-2"],"aliases":["{{{Alias}}}"]}}]}
            """)).Is(200, """{"acknowledged":true}""");
        Assert.Equal([Index + "-2"], (await Http.GetAsync($"_alias/{Alias}")).Json.AsObject().Select(static member => member.Key));

        // Its second action cannot be done, so the first is not done either.
        (await Http.PostAsync("_aliases", $$$"""
            {"actions":[
              {"add":{"index":"{{{Index}}}-1","alias":"{{{Alias}}}"}},
              {"add":{"index":"{{{Index}}}-none","alias":"{{{Alias}}}"}}]}
            """)).IsError(404, "index_not_found_exception");
        Assert.Equal([Index + "-2"], (await Http.GetAsync($"_alias/{Alias}")).Json.AsObject().Select(static member => member.Key));
    }

    [Fact]
    public async Task A_document_goes_through_the_alias_of_one_index()
    {
        await Http.PutAsync(Index + "-1");
        await Change("add", Index + "-1");
        (await Http.PutAsync($"{Alias}/_doc/1", """{"n":1}""")).Is(201, $$"""{"_index":"{{Index}}-1"}""");
        (await Http.GetAsync($"{Alias}/_doc/1")).Is(200, $$"""{"_index":"{{Index}}-1","found":true}""");
        (await Http.BulkAsync("_bulk", $$$"""
            {"delete":{"_index":"{{{Alias}}}","_id":"1"}}

            """)).Is(200, $$$"""{"errors":false,"items":[{"delete":{"_index":"{{{Index}}}-1","result":"deleted"}}]}""");
    }

    [Fact]
    public async Task A_document_does_not_go_through_the_alias_of_two_indices()
    {
        foreach (var name in (string[])["-1", "-2"])
        {
            await Http.PutAsync(Index + name);
            await Change("add", Index + name);
        }

        (await Http.PutAsync($"{Alias}/_doc/1", "{}")).IsError(400, "illegal_argument_exception");
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await Http.PutAsync(Index);
        (await Http.GetAsync($"_alias/{Alias}")).Is(404, """{"status":404}""");
        Assert.Equal(404, (await Http.HeadAsync($"_alias/{Alias}")).Status);
        (await Http.PostAsync("_aliases", $$$"""{"actions":[{"remove":{"index":"{{{Index}}}","alias":"{{{Alias}}}"}}]}"""))
            .IsError(404, "aliases_not_found_exception");
    }

    [Fact]
    public async Task An_alias_has_no_index_s_name_and_no_unknown_action()
    {
        await Http.PutAsync(Index);
        (await Http.PostAsync("_aliases", $$$"""{"actions":[{"add":{"index":"{{{Index}}}","alias":"{{{Index}}}"}}]}"""))
            .IsError(400, "invalid_alias_name_exception");
        Assert.Equal(400, (await Http.PostAsync("_aliases", """{"actions":[{"nosuch":{"index":"a","alias":"b"}}]}""")).Status);
    }

    [Fact]
    public async Task An_alias_ends_with_its_index()
    {
        await Http.PutAsync(Index);
        await Change("add", Index);
        await Http.DeleteAsync(Index);
        Assert.Equal(404, (await Http.HeadAsync($"_alias/{Alias}")).Status);
        Assert.Equal(404, (await Http.HeadAsync(Alias)).Status);
    }

    async Task Change(string action, string index) =>
        (await Http.PostAsync("_aliases", $$$"""{"actions":[{"{{{action}}}":{"index":"{{{index}}}","alias":"{{{Alias}}}"}}]}"""))
            .Is(200, """{"acknowledged":true}""");
}
