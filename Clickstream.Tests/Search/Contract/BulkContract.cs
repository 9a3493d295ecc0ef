namespace Clickstream.Tests.Search.Contract;

/// <summary>Bulk requests: every item has an answer of its own.</summary>
public abstract class BulkContract(ISearchServer server) : SearchContract(server)
{
    const string Fields = """{"n":{"type":"long"},"k":{"type":"keyword"}}""";

    [Fact]
    public async Task Items_are_done_in_order_and_answered_in_order()
    {
        await CreateIndex(Fields);
        (await Bulk("""
            {"index":{"_id":"1"}}
            {"n":1}
            {"create":{"_id":"1"}}
            {"n":2}
            {"create":{"_id":"2"}}
            {"n":2}
            {"index":{"_id":"2"}}
            {"n":3}
            {"delete":{"_id":"2"}}
            {"delete":{"_id":"2"}}
            {"create":{"_id":"2"}}
            {"n":4}
            """)).Is(200, $$$$"""
            {"errors":true,"items":[
              {"index":{"_index":"{{{{Index}}}}","_id":"1","_version":1,"result":"created","_seq_no":0,"_primary_term":1,"status":201,
                "_shards":{"total":1,"successful":1,"failed":0}}},
              {"create":{"_index":"{{{{Index}}}}","_id":"1","status":409,"error":{"type":"version_conflict_engine_exception"}}},
              {"create":{"_id":"2","_version":1,"result":"created","_seq_no":1,"status":201}},
              {"index":{"_id":"2","_version":2,"result":"updated","_seq_no":2,"status":200}},
              {"delete":{"_id":"2","_version":3,"result":"deleted","_seq_no":3,"status":200}},
              {"delete":{"_id":"2","_version":4,"result":"not_found","_seq_no":4,"status":404}},
              {"create":{"_id":"2","_version":5,"result":"created","_seq_no":5,"status":201}}]}
            """);
        (await Http.GetAsync($"{Index}/_doc/1")).Is(200, """{"_source":{"n":1}}""");
        (await Http.GetAsync($"{Index}/_doc/2")).Is(200, """{"_source":{"n":4}}""");
    }

    [Fact]
    public async Task A_deletion_of_what_is_not_there_is_no_error()
    {
        await CreateIndex();
        (await Bulk("""{"delete":{"_id":"1"}}""")).Is(200, """{"errors":false,"items":[{"delete":{"result":"not_found","status":404}}]}""");
    }

    [Fact]
    public async Task An_update_merges_and_may_insert()
    {
        await CreateIndex();
        (await Bulk("""
            {"index":{"_id":"1"}}
            {"a":1,"o":{"x":1,"y":["p","q"]}}
            {"update":{"_id":"1"}}
            {"doc":{"b":2,"o":{"x":3,"y":["r"]}}}
            {"update":{"_id":"1"}}
            {"doc":{"b":2}}
            {"update":{"_id":"2"}}
            {"doc":{"b":2}}
            {"update":{"_id":"2"}}
            {"doc":{"b":2},"doc_as_upsert":true}
            {"update":{"_id":"2"}}
            {"doc":{"c":3},"doc_as_upsert":true}
            """)).Is(200, """
            {"errors":true,"items":[
              {"index":{"status":201}},
              {"update":{"_id":"1","_version":2,"result":"updated","_seq_no":1,"status":200}},
              {"update":{"_id":"1","_version":2,"result":"noop","status":200}},
              {"update":{"_id":"2","status":404,"error":{"type":"document_missing_exception"}}},
              {"update":{"_id":"2","_version":1,"result":"created","status":201}},
              {"update":{"_id":"2","_version":2,"result":"updated","status":200}}]}
            """);
        (await Http.GetAsync($"{Index}/_doc/1")).Is(200, """{"_source":{"a":1,"b":2,"o":{"x":3,"y":["r"]}}}""");
        (await Http.GetAsync($"{Index}/_doc/2")).Is(200, """{"_source":{"b":2,"c":3}}""");
    }

    [Fact]
    public async Task An_item_that_is_refused_does_not_hold_up_the_others()
    {
        await CreateIndex(Fields, dynamic: "strict");
        (await Bulk("""
            {"index":{"_id":"1"}}
            {"n":1}
            {"index":{"_id":"2"}}
            {"n":"x"}
            {"index":{"_id":"3"}}
            {"nosuch":1}
            {"index":{"_id":"4"}}
            {"n":1
            {"update":{"_id":"1"}}
            {"doc":{"n":"x"}}
            {"index":{"_id":"6"}}
            {"n":6}
            {"index":{"_id":"7"}}
            []
            {"create":{"_id":"8"}}
            {"n":{"a":1}}
            """)).Is(200, """
            {"errors":true,"items":[
              {"index":{"status":201}},
              {"index":{"_id":"2","status":400,"error":{"type":"mapper_parsing_exception"}}},
              {"index":{"_id":"3","status":400,"error":{"type":"strict_dynamic_mapping_exception"}}},
              {"index":{"_id":"4","status":400,"error":{"type":"mapper_parsing_exception"}}},
              {"update":{"_id":"1","status":400,"error":{"type":"mapper_parsing_exception"}}},
              {"index":{"_id":"6","status":201}},
              {"index":{"_id":"7","status":400,"error":{"type":"mapper_parsing_exception"}}},
              {"create":{"_id":"8","status":400,"error":{"type":"mapper_parsing_exception"}}}]}
            """);
        await Http.PostAsync($"{Index}/_refresh");
        Assert.Equal("1 6", (await Search("""{"sort":"n"}""")).HitIds);
    }

    [Fact]
    public async Task External_versions_only_rise_and_a_deletion_is_remembered()
    {
        await CreateIndex(Fields);
        (await Bulk("""
            {"index":{"_id":"x","version":5,"version_type":"external"}}
            {"n":5}
            {"index":{"_id":"x","version":5,"version_type":"external"}}
            {"n":6}
            {"index":{"_id":"x","version":7,"version_type":"external"}}
            {"n":7}
            {"delete":{"_id":"x","version":7,"version_type":"external"}}
            {"delete":{"_id":"x","version":8,"version_type":"external"}}
            {"index":{"_id":"x","version":8,"version_type":"external"}}
            {"n":8}
            {"index":{"_id":"x","version":9,"version_type":"external"}}
            {"n":9}
            {"delete":{"_id":"never","version":3,"version_type":"external"}}
            {"index":{"_id":"never","version":2,"version_type":"external"}}
            {"n":2}
            """)).Is(200, """
            {"errors":true,"items":[
              {"index":{"_version":5,"result":"created","status":201}},
              {"index":{"status":409,"error":{"type":"version_conflict_engine_exception"}}},
              {"index":{"_version":7,"result":"updated","status":200}},
              {"delete":{"status":409,"error":{"type":"version_conflict_engine_exception"}}},
              {"delete":{"_version":8,"result":"deleted","status":200}},
              {"index":{"status":409,"error":{"type":"version_conflict_engine_exception"}}},
              {"index":{"_version":9,"result":"created","status":201}},
              {"delete":{"_version":3,"result":"not_found","status":404}},
              {"index":{"status":409,"error":{"type":"version_conflict_engine_exception"}}}]}
            """);
        (await Http.GetAsync($"{Index}/_doc/x")).Is(200, """{"_version":9,"_source":{"n":9}}""");
        (await Http.GetAsync($"{Index}/_doc/never")).Is(404);
    }

    [Fact]
    public async Task A_bulk_without_index_in_its_path_says_it_line_by_line()
    {
        (await Http.BulkAsync("_bulk?refresh=true", $$$"""
            {"index":{"_index":"{{{Index}}}-1","_id":"1"}}
            {"n":1}
            {"create":{"_index":"{{{Index}}}-2","_id":"2"}}
            {"n":2}
            {"delete":{"_index":"{{{Index}}}-none","_id":"3"}}
            {"index":{"_index":"{{{Index}}}-BAD","_id":"4"}}
            {"n":4}

            """)).Is(200, $$$$"""
            {"errors":true,"items":[
              {"index":{"_index":"{{{{Index}}}}-1","status":201}},
              {"create":{"_index":"{{{{Index}}}}-2","status":201}},
              {"delete":{"_index":"{{{{Index}}}}-none","status":404,"error":{"type":"index_not_found_exception"}}},
              {"index":{"_index":"{{{{Index}}}}-BAD","status":400,"error":{"type":"invalid_index_name_exception"}}}]}
            """);
        (await Http.GetAsync($"{Index}-*/_count")).Is(200, """{"count":2}""");
        Assert.Equal(404, (await Http.HeadAsync($"{Index}-none")).Status);
    }

    [Fact]
    public async Task Ids_may_be_numbers_or_absent()
    {
        await CreateIndex(Fields);
        var items = (await Bulk("""
            {"index":{"_id":7}}
            {"n":1}
            {"index":{}}
            {"n":2}
            {"create":{}}
            {"n":3}
            """)).Is(200, """{"errors":false,"items":[{"index":{"_id":"7"}},{"index":{"status":201}},{"create":{"status":201}}]}""").Json["items"]!;
        Assert.NotEqual((string?)items[1]!["index"]!["_id"], (string?)items[2]!["create"]!["_id"]);
    }

    [Fact]
    public async Task A_compressed_bulk_is_taken()
    {
        await CreateIndex();
        (await Http.BulkAsync($"{Index}/_bulk", """
            {"index":{"_id":"1"}}
            {"n":1}

            """, gzip: true)).Is(200, """{"errors":false,"items":[{"index":{"_id":"1","status":201}}]}""");
    }

    [Fact]
    public async Task Empty_lines_between_items_and_carriage_returns_do_no_harm()
    {
        await CreateIndex();
        (await Http.BulkAsync($"{Index}/_bulk", "{\"index\":{\"_id\":\"1\"}}\r\n{\"n\":1}\r\n\n{\"index\":{\"_id\":\"2\"}}\n{\"n\":1}\n"))
            .Is(200, """{"errors":false,"items":[{"index":{"_id":"1"}},{"index":{"_id":"2"}}]}""");
    }

    [Theory]
    [InlineData("", "parse_exception")]
    [InlineData("\n", "action_request_validation_exception")]
    [InlineData("{\"index\":{\"_id\":\"1\"}}\n{\"n\":1}", "illegal_argument_exception")]
    [InlineData("{\"nosuch\":{\"_id\":\"1\"}}\n{\"n\":1}\n", "illegal_argument_exception")]
    [InlineData("{\"index\":{\"_id\":\"1\",\"nosuch\":1}}\n{\"n\":1}\n", "illegal_argument_exception")]
    [InlineData("{\"index\":{\"_id\":\"1\"}}\n{\"n\":1}\nnonsense\n{}\n", "json_parse_exception")]
    [InlineData("{\"delete\":{}}\n", "action_request_validation_exception")]
    [InlineData("{\"create\":{\"_id\":\"1\",\"version\":2,\"version_type\":\"external\"}}\n{}\n", "action_request_validation_exception")]
    public async Task A_malformed_bulk_is_refused_as_a_whole(string body, string type)
    {
        await CreateIndex();
        (await Http.BulkAsync($"{Index}/_bulk", body)).IsError(400, type);
        await Http.PostAsync($"{Index}/_refresh");
        Assert.Equal(0, (await Search("{}")).Total);
    }

    [Fact]
    public async Task A_bulk_knows_its_parameters()
    {
        await CreateIndex();
        (await Http.BulkAsync($"{Index}/_bulk?refresh=maybe", "{\"index\":{}}\n{}\n")).IsError(400, "illegal_argument_exception");
        (await Http.BulkAsync("_bulk", "{\"index\":{}}\n{}\n")).IsError(400, "action_request_validation_exception");
    }

    [Fact]
    public async Task A_large_bulk_is_taken_whole()
    {
        const int Count = 5000;
        await CreateIndex(Fields);
        var lines = BulkLines.Of("create", Enumerable.Range(0, Count).Select(static i => ($"d{i}", $$"""{"n":{{i}}}""")));
        var answer = (await Http.BulkAsync($"{Index}/_bulk?refresh=true", lines)).Is(200, """{"errors":false}""");
        Assert.Equal(Count, answer.Json["items"]!.AsArray().Count);
        (await Search("""{"size":0,"track_total_hits":true,"aggs":{"sum":{"sum":{"field":"n"}}}}"""))
            .Is(200, """{"hits":{"total":{"value":5000,"relation":"eq"}},"aggregations":{"sum":{"value":12497500}}}""");
        Assert.All(
            (await Http.BulkAsync($"{Index}/_bulk", lines)).Is(200, """{"errors":true}""").Json["items"]!.AsArray(),
            static item => Assert.Equal(409, (int)item!["create"]!["status"]!));
    }

    Task<Answer> Bulk(string lines) => Http.BulkAsync($"{Index}/_bulk", lines + "\n");
}
