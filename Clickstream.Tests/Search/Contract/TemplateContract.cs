using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search.Contract;

/// <summary>Composable index templates, and the project's own.</summary>
public abstract class TemplateContract(ISearchServer server) : SearchContract(server)
{
    [Fact]
    public async Task A_template_is_put_replaced_got_and_removed()
    {
        Assert.Equal(404, (await Http.HeadAsync($"_index_template/{Index}")).Status);
        (await Http.GetAsync($"_index_template/{Index}")).IsError(404, "resource_not_found_exception");
        await Put(Index, $$$"""{"index_patterns":["{{{Index}}}-*"],"version":3,"priority":7,"_meta":{"a":1}}""");
        Assert.Equal(200, (await Http.HeadAsync($"_index_template/{Index}")).Status);
        await Put(Index, $$$$$$"""
            {"index_patterns":["{{{{{{Index}}}}}}-*"],"version":4,"priority":7,
             "template":{"settings":{"index":{"number_of_replicas":0}},"mappings":{"properties":{"n":{"type":"long"}}}}}
            """);
        (await Http.GetAsync($"_index_template/{Index}")).Is(200, $$$$$$$"""
            {"index_templates":[{"name":"{{{{{{{Index}}}}}}}","index_template":{"index_patterns":["{{{{{{{Index}}}}}}}-*"],"version":4,"priority":7,
             "template":{"settings":{"index":{"number_of_replicas":"0"}},"mappings":{"properties":{"n":{"type":"long"}}}}}}]}
            """);
        (await Http.DeleteAsync($"_index_template/{Index}")).Is(200, """{"acknowledged":true}""");
        (await Http.DeleteAsync($"_index_template/{Index}")).IsError(404, "index_template_missing_exception");
    }

    [Fact]
    public async Task An_index_takes_the_template_s_settings_mappings_and_aliases_and_adds_its_own()
    {
        await Put(Index, $$$$$"""
            {"index_patterns":["{{{{{Index}}}}}-*"],
             "template":{
               "settings":{"number_of_replicas":0,"refresh_interval":"7s"},
               "mappings":{"dynamic":"strict","properties":{"n":{"type":"long"},"k":{"type":"keyword"}}},
               "aliases":{"{{{{{Index}}}}}-alias":{}}}}
            """);
        (await Http.PutAsync($"{Index}-1", """
            {"settings":{"refresh_interval":"9s"},"mappings":{"properties":{"own":{"type":"date"}}}}
            """)).Is(200);
        (await Http.GetAsync($"{Index}-1")).Is(200, $$$$$"""
            {"{{{{{Index}}}}}-1":{
              "aliases":{"{{{{{Index}}}}}-alias":{}},
              "mappings":{"dynamic":"strict","properties":{"n":{"type":"long"},"k":{"type":"keyword"},"own":{"type":"date"}}},
              "settings":{"index":{"number_of_replicas":"0","refresh_interval":"9s"}}}}
            """);
    }

    [Fact]
    public async Task An_index_made_by_a_document_takes_the_template()
    {
        await Put(Index, $$$$$$"""
            {"index_patterns":["{{{{{{Index}}}}}}-*"],"template":{"mappings":{"dynamic":"strict","properties":{"k":{"type":"keyword"}}}}}
            """);
        (await Http.BulkAsync($"{Index}-1/_bulk", """
            {"index":{"_id":"1"}}
            {"k":5}
            {"index":{"_id":"2"}}
            {"n":5}

            """)).Is(200, """
            {"errors":true,"items":[{"index":{"status":201}},{"index":{"status":400,"error":{"type":"strict_dynamic_mapping_exception"}}}]}
            """);
        (await Http.GetAsync($"{Index}-1/_mapping")).Is(200, $$$$$$"""
            {"{{{{{{Index}}}}}}-1":{"mappings":{"dynamic":"strict","properties":{"k":{"type":"keyword"}}}}}
            """);
    }

    [Fact]
    public async Task Of_several_templates_the_one_of_the_highest_priority_is_taken_alone()
    {
        await Put(Index + "-low", $$$$"""{"index_patterns":["{{{{Index}}}}-*"],"priority":1,"template":{"settings":{"refresh_interval":"3s"}}}""");
        await Put(Index + "-high", $$$$$$"""
            {"index_patterns":["{{{{{{Index}}}}}}-x*"],"priority":2,"template":{"mappings":{"properties":{"n":{"type":"long"}}}}}
            """);
        await Http.PutAsync($"{Index}-x");
        var made = (await Http.GetAsync($"{Index}-x")).Is(200, $$$$$$"""
            {"{{{{{{Index}}}}}}-x":{"mappings":{"properties":{"n":{"type":"long"}}}}}
            """).Json;
        Assert.Null(made[$"{Index}-x"]!["settings"]!["index"]!["refresh_interval"]);
        await Http.PutAsync($"{Index}-y");
        (await Http.GetAsync($"{Index}-y/_settings")).Is(200, $$$$$"""{"{{{{{Index}}}}}-y":{"settings":{"index":{"refresh_interval":"3s"}}}}""");
    }

    [Fact]
    public async Task Two_templates_of_one_priority_must_not_meet()
    {
        await Put(Index + "-1", $$"""{"index_patterns":["{{Index}}-*"],"priority":5}""");
        (await Http.PutAsync($"_index_template/{Index}-2", $$"""{"index_patterns":["{{Index}}-x*"],"priority":5}"""))
            .IsError(400, "illegal_argument_exception").Says($"{Index}-1");
    }

    [Theory]
    [InlineData("{}", "index_patterns")]
    [InlineData("""{"index_patterns":["t-none"],"nosuch":1}""", "nosuch")]
    [InlineData("""{"index_patterns":["t-none"],"template":{"settings":{"nosuch":1}}}""", "nosuch")]
    [InlineData("""{"index_patterns":["t-none"],"template":{"mappings":{"properties":{"a":{"type":"nosuch"}}}}}""", "nosuch")]
    public async Task A_template_with_an_unknown_part_is_refused_by_name(string body, string name)
    {
        (await Http.PutAsync($"_index_template/{Index}", body)).Is(400, """{"status":400}""").Says(name);
        Assert.Equal(404, (await Http.HeadAsync($"_index_template/{Index}")).Status);
    }

    [Theory]
    [InlineData("clickstream-events", """
        {"event_time":1433221332117,"visitor_id":257597,"event":"view","item_id":355908,"transaction_id":null}
        """)]
    [InlineData("clickstream-sessions", """
        {"session_id":"257597-1433221332117","visitor_id":257597,"session_start":1433221332117,"session_end":"2015-06-02T05:10:00Z",
         "duration_seconds":467,"event_count":3,"view_count":2,"cart_count":1,"transaction_count":0,"items_viewed":[1,355908],
         "items_carted":[1],"items_purchased":[],"converted":false,"feed_version":9007199254740993}
        """)]
    [InlineData("clickstream-dead-letters", """
        {"received_at":1433221332117,"reason":"mapper_parsing_exception","topic":"clickstream-events","partition":0,"offset":12,
         "index":"clickstream-events","document_id":"1-2-view-3","error":{"type":"something that the template does not know"}}
        """)]
    public async Task The_project_s_templates_are_taken(string name, string document)
    {
        var template = OpenSearchFiles.Template(name);
        template["index_patterns"] = new JsonArray($"{Index}-*");
        await Put(Index, template.ToJsonString());

        var index = $"{Index}-{name}";
        (await Http.PutAsync($"{index}/_doc/1?refresh=true", document.ReplaceLineEndings(""))).Is(201);
        var made = (await Http.GetAsync(index)).Is(200).Json[index]!;
        Assert.Null(JsonPart.Difference(
            JsonNode.Parse("""{"number_of_shards":"1","number_of_replicas":"1","refresh_interval":"1s"}"""), made["settings"]!["index"]));

        var mappings = template["template"]!["mappings"]!;
        Assert.Equal((string?)mappings["dynamic"], (string?)made["mappings"]!["dynamic"]);
        Assert.True(JsonNode.DeepEquals(mappings["_meta"], made["mappings"]!["_meta"]));
        var expected = mappings["properties"]!.AsObject().ToDictionary(static field => field.Key, static field => (string?)field.Value!["type"]);
        var actual = made["mappings"]!["properties"]!.AsObject().ToDictionary(static field => field.Key, static field => (string?)field.Value!["type"]);
        Assert.Equal(expected.OrderBy(static field => field.Key), actual.OrderBy(static field => field.Key));
    }

    [Theory]
    [InlineData("clickstream-events")]
    [InlineData("clickstream-sessions")]
    public async Task The_project_s_indices_take_no_field_they_do_not_know(string name)
    {
        var template = OpenSearchFiles.Template(name);
        template["index_patterns"] = new JsonArray($"{Index}-*");
        await Put(Index, template.ToJsonString());
        (await Http.PutAsync($"{Index}-1/_doc/1", """{"nosuch":1}""")).IsError(400, "strict_dynamic_mapping_exception").Says("nosuch");
    }

    async Task Put(string name, string body) =>
        (await Http.PutAsync($"_index_template/{name}", body)).Is(200, """{"acknowledged":true}""");
}
