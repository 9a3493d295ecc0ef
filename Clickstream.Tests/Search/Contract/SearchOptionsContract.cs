using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search.Contract;

/// <summary>What is asked of a search beside its query: order, pages, source, totals.</summary>
public abstract class SearchOptionsContract(ISearchServer server) : ShopContract(server)
{
    [Fact]
    public async Task An_answer_has_the_shape_that_clients_expect() => (await Ask("""{"query":{"term":{"b":true}},"size":1}""")).Is(200, """
        {"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},
         "hits":{"total":{"value":2,"relation":"eq"},"hits":[{"_id":"1","_source":{"n":1}}]}}
        """);

    [Fact]
    public async Task Hits_of_match_all_come_in_the_order_of_arrival_with_score_1()
    {
        var all = (await Ask("{}")).Is(200, """{"hits":{"max_score":1.0}}""");
        Assert.Equal("1 2 3 4 5 6 7 8 9 10", all.HitIds);
        Assert.All(all.Json["hits"]!["hits"]!.AsArray(), static hit => Assert.Equal(1.0, (double)hit!["_score"]!));
    }

    [Fact]
    public async Task The_better_match_comes_first()
    {
        var found = (await Ask("""{"query":{"match":{"t":"quick dog"}}}""")).Is(200);
        Assert.Equal("3", found.HitIds.Split(' ')[0]);
        Assert.Equal((double)found.Json["hits"]!["max_score"]!, (double)found.Json["hits"]!["hits"]![0]!["_score"]!);
    }

    [Theory]
    [InlineData("""["n","_doc"]""", "5 1 2 3 9 10 4 6 7 8")]
    [InlineData("""[{"n":"desc"},"_doc"]""", "7 6 4 3 9 10 2 1 5 8")]
    [InlineData("""[{"n":{"order":"asc","missing":"_first"}},"_doc"]""", "8 5 1 2 3 9 10 4 6 7")]
    [InlineData("""[{"n":{"order":"desc","missing":"_first"}},"_doc"]""", "8 7 6 4 3 9 10 2 1 5")]
    [InlineData("""[{"n":{"missing":2}},"_doc"]""", "5 1 2 8 3 9 10 4 6 7")]
    [InlineData("""[{"d":"desc"},"_doc"]""", "5 4 3 9 6 2 1 7 8 10")]
    [InlineData("""[{"d":{"order":"asc"}},"_doc"]""", "7 1 2 6 9 3 4 5 8 10")]
    [InlineData("""["k","_doc"]""", "6 1 3 7 9 4 5 2 10 8")]
    [InlineData("""[{"k":"desc"},"_doc"]""", "10 3 2 5 4 9 7 1 6 8")]
    [InlineData("""[{"b":"desc"},{"n":"desc"}]""", "3 1 2 5 7 6 4 9 10 8")]
    [InlineData("""[{"f":"asc"},{"n":"asc"},"_doc"]""", "3 5 1 2 9 10 4 6 7 8")]
    [InlineData("""[{"t.raw":"asc"},{"_doc":"asc"}]""", "3 2 1 6 10 4 5 7 8 9")]
    [InlineData("""[{"_doc":"desc"}]""", "10 9 8 7 6 5 4 3 2 1")]
    [InlineData("""["_score","_doc"]""", "1 2 3 4 5 6 7 8 9 10")]
    public async Task Hits_are_sorted(string sort, string ids)
    {
        var found = (await Ask($$"""{"sort":{{sort}}}""")).Is(200);
        Assert.Equal(ids, found.HitIds);
    }

    [Fact]
    public async Task Sorted_hits_carry_their_keys_and_no_score() =>
        (await Ask("""{"query":{"ids":{"values":["4","8"]}},"sort":[{"d":"desc"},{"k":"asc"},{"n":"asc"}]}""")).Is(200, """
            {"hits":{"max_score":null,"hits":[
              {"_id":"4","_score":null,"sort":[1435708799999,"ab",10]},
              {"_id":"8","_score":null,"sort":[-9223372036854775808,null,9223372036854775807]}]}}
            """);

    [Theory]
    [InlineData("""["t"]""", "illegal_argument_exception", "[t]")]
    [InlineData("""["nosuch"]""", "query_shard_exception", "No mapping found for [nosuch]")]
    [InlineData("""[{"n":{"nosuch":1}}]""", "x_content_parse_exception", "nosuch")]
    [InlineData("""[{"n":"sideways"}]""", "illegal_argument_exception", "")]
    [InlineData("""["plain"]""", "illegal_argument_exception", "plain")]
    public async Task A_sort_that_cannot_be_is_refused(string sort, string type, string reason) =>
        (await Ask($$"""{"sort":{{sort}}}""")).IsError(400, type).Says(reason);

    [Fact]
    public async Task A_field_that_is_not_mapped_can_be_sorted_by_when_its_type_is_said() =>
        Assert.Equal("1 2 3 4 5 6 7 8 9 10", (await Ask("""{"sort":[{"nosuch":{"order":"desc","unmapped_type":"date"}},"_doc"]}""")).Is(200).HitIds);

    [Theory]
    [InlineData(0, 3, "5 1 2")]
    [InlineData(3, 3, "3 9 10")]
    [InlineData(8, 3, "7 8")]
    [InlineData(10, 3, "")]
    [InlineData(0, 0, "")]
    public async Task Pages_are_cut_out(int from, int size, string ids)
    {
        var page = await Ask($$"""{"sort":["n","_doc"],"from":{{from}},"size":{{size}}}""");
        Assert.Equal(10, page.Total);
        Assert.Equal(ids, page.HitIds);
    }

    [Theory]
    [InlineData("""{"size":10001}""", "Result window is too large")]
    [InlineData("""{"from":9999,"size":2}""", "Result window is too large")]
    [InlineData("""{"size":-1}""", "[size]")]
    [InlineData("""{"from":-1}""", "[from]")]
    public async Task A_page_beyond_the_limits_is_refused(string body, string reason) =>
        (await Ask(body)).IsError(400, "illegal_argument_exception").Says(reason);

    [Fact]
    public async Task A_search_goes_on_after_the_last_hit()
    {
        const string Sort = """[{"n":"desc"},{"k":"asc"}]""";
        var seen = new List<string>();
        var page = (await Ask($$"""{"sort":{{Sort}},"size":3}""")).Is(200);
        while (page.HitIds is { Length: > 0 } ids)
        {
            seen.Add(ids);
            var last = page.Json["hits"]!["hits"]!.AsArray()[^1]!["sort"]!.ToJsonString();
            page = (await Ask($$"""{"sort":{{Sort}},"size":3,"search_after":{{last}}}""")).Is(200);
            Assert.Equal(10, page.Total);
        }

        Assert.Equal(["7 6 4", "3 9 10", "2 1 5", "8"], seen);
    }

    [Theory]
    [InlineData("""{"sort":["n"],"search_after":[1,2]}""", "illegal_argument_exception")]
    [InlineData("""{"search_after":[1]}""", "illegal_argument_exception")]
    public async Task Going_on_needs_the_same_sort(string body, string type) => (await Ask(body)).IsError(400, type);

    [Fact]
    public async Task Going_on_and_skipping_do_not_go_together()
    {
        var answer = await Ask("""{"sort":["n"],"search_after":[1],"from":1}""");
        Assert.InRange(answer.Status, 400, 500); // 500 in the original
        answer.Says("from");
    }

    [Theory]
    [InlineData("true", """{"value":10,"relation":"eq"}""")]
    [InlineData("10", """{"value":10,"relation":"eq"}""")]
    [InlineData("100", """{"value":10,"relation":"eq"}""")]
    [InlineData("3", """{"value":3,"relation":"gte"}""")]
    public async Task The_total_is_counted_as_far_as_asked(string track, string total) =>
        (await Ask($$$$$"""{"track_total_hits":{{{{{track}}}}},"query":{"bool":{"must_not":{"term":{"k":"nosuch"}}}},"sort":"n","size":1}"""))
            .Is(200, $$$"""{"hits":{"total":{{{total}}}}}""");

    [Fact]
    public async Task A_total_that_is_not_asked_for_is_not_there() =>
        Assert.False((await Ask("""{"track_total_hits":false}""")).Is(200).Json["hits"]!.AsObject().ContainsKey("total"));

    [Theory]
    [InlineData("false", null)]
    [InlineData("true", """{"n":1,"i":1,"f":1.5,"k":"a","d":"2015-06-01T10:00:00Z","b":true,"t":"quick brown fox","plain":"x"}""")]
    [InlineData("\"n\"", """{"n":1}""")]
    [InlineData("""["n","k","nosuch"]""", """{"n":1,"k":"a"}""")]
    [InlineData("\"p*\"", """{"plain":"x"}""")]
    [InlineData("""{"includes":["n","k","p*"],"excludes":["k"]}""", """{"n":1,"plain":"x"}""")]
    [InlineData("""{"excludes":["*"]}""", "{}")]
    [InlineData("""{"includes":[],"excludes":["t","d","p*","i"]}""", """{"n":1,"f":1.5,"k":"a","b":true}""")]
    public async Task The_source_is_cut_to_what_is_asked(string filter, string? source)
    {
        var hit = (await Ask($$$"""{"query":{"ids":{"values":["1"]}},"_source":{{{filter}}}}""")).Is(200).Json["hits"]!["hits"]![0]!.AsObject();
        if (source is null)
            Assert.False(hit.ContainsKey("_source"));
        else
            SameJson(source, hit["_source"]!);
    }

    [Fact]
    public async Task The_source_of_objects_is_cut_inside()
    {
        await IndexDocuments("""{"o":{"a":1,"b":{"c":2,"d":3}},"l":[{"a":"x","b":"y"},{"b":"z"}],"x":1}""");
        async Task Cut(string filter, string source) =>
            SameJson(source, (await Search($$"""{"_source":{{filter}}}""")).Is(200).Json["hits"]!["hits"]![0]!["_source"]!);
        await Cut("\"o.a\"", """{"o":{"a":1}}""");
        await Cut("\"o.b.*\"", """{"o":{"b":{"c":2,"d":3}}}""");
        await Cut("\"o\"", """{"o":{"a":1,"b":{"c":2,"d":3}}}""");
        await Cut("""{"excludes":["o.b","l"]}""", """{"o":{"a":1},"x":1}""");
    }

    [Fact]
    public async Task The_parts_that_the_dashboards_send_are_taken() => (await Ask("""
        {
          "version": true, "size": 1, "from": 0, "timeout": "30s", "sort": [{"d": {"order": "desc", "unmapped_type": "boolean"}}],
          "_source": {"excludes": []}, "stored_fields": ["*"], "script_fields": {}, "docvalue_fields": [{"field": "d", "format": "date_time"}],
          "query": {"bool": {"must": [], "filter": [{"match_all": {}}], "should": [], "must_not": []}}
        }
        """)).Is(200, """
        {"hits":{"total":{"value":10},"hits":[{"_id":"5","_version":1,"fields":{"d":["2015-07-01T00:00:00.000Z"]},"sort":[1435708800000]}]}}
        """);

    [Theory]
    [InlineData("""{"nosuch":1}""", "parsing_exception", "nosuch")]
    [InlineData("""{"nosuch":{}}""", "parsing_exception", "nosuch")]
    public async Task An_unknown_part_is_refused_by_name(string body, string type, string reason) =>
        (await Ask(body)).IsError(400, type).Says(reason);

    [Fact]
    public async Task A_body_that_is_cut_off_is_refused() => (await Ask("""{"query":{"match_all":{}}""")).Is(400, """{"status":400}""");

    // The order of members is nobody's promise.
    static void SameJson(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString(JsonPart.Readable));
}
