namespace Clickstream.Tests.Search.Contract;

/// <summary>Documents with several numbers, dates or booleans in a field: each of them counts, once a document.</summary>
public abstract class SeveralValuesContract(ISearchServer server) : SearchContract(server)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateIndex("""
            {"n":{"type":"long"},"f":{"type":"double"},"d":{"type":"date"},"b":{"type":"boolean"},"unsearched":{"type":"long","index":false},
             "terms":{"type":"long","doc_values":false}}
            """);
        await IndexDocuments(
            """{"n":[1,5,5],"f":[0.5,-1],"d":["2015-06-01","2015-06-03"],"b":[true,false],"unsearched":[7,8],"terms":[1,2]}""",
            """{"n":[5,10],"f":2,"d":"2015-06-02","b":true,"terms":[2,3]}""",
            """{"n":-3,"f":[],"b":[]}""",
            """{}""");
    }

    [Theory]
    [InlineData("""{"term":{"n":5}}""", "1 2")]
    [InlineData("""{"terms":{"n":[-3,10]}}""", "2 3")]
    [InlineData("""{"terms":{"d":["2015-06-03","2015-06-02"]}}""", "1 2")]
    [InlineData("""{"range":{"n":{"gte":2,"lte":4}}}""", "")]
    [InlineData("""{"range":{"n":{"lte":1}}}""", "1 3")]
    [InlineData("""{"range":{"f":{"lt":0}}}""", "1")]
    [InlineData("""{"range":{"d":{"gte":"2015-06-03"}}}""", "1")]
    [InlineData("""{"term":{"b":false}}""", "1")]
    [InlineData("""{"range":{"terms":{"gte":3}}}""", "2")]
    [InlineData("""{"terms":{"terms":[1,3]}}""", "1 2")]
    [InlineData("""{"exists":{"field":"f"}}""", "1 2")]
    [InlineData("""{"bool":{"must_not":{"exists":{"field":"n"}}}}""", "4")]
    public async Task Any_of_them_is_found(string query, string ids) =>
        Assert.Equal(ids, (await Search($$"""{"query":{{query}},"sort":"_id"}""")).Is(200).HitIds);

    [Theory]
    [InlineData("""{"n":"asc"}""", "3 1 2 4")]
    [InlineData("""{"n":"desc"}""", "2 1 3 4")]
    [InlineData("""{"f":{"order":"asc","missing":"_first"}}""", "3 4 1 2")]
    public async Task Sorted_by_the_smallest_going_up_and_the_largest_going_down(string sort, string ids) =>
        Assert.Equal(ids, (await Search($$"""{"sort":[{{sort}},"_id"]}""")).Is(200).HitIds);

    [Theory]
    [InlineData("""{"terms":{"field":"n"}}""", """{"buckets":[{"key":5,"doc_count":2},{"key":-3,"doc_count":1},{"key":1,"doc_count":1},{"key":10,"doc_count":1}]}""")]
    [InlineData("""{"histogram":{"field":"n","interval":10,"min_doc_count":1}}""", """{"buckets":[{"key":-10,"doc_count":1},{"key":0,"doc_count":2},{"key":10,"doc_count":1}]}""")]
    [InlineData("""{"sum":{"field":"n"}}""", """{"value":23}""")]
    [InlineData("""{"stats":{"field":"f"}}""", """{"count":3,"min":-1,"max":2}""")]
    [InlineData("""{"value_count":{"field":"d"}}""", """{"value":3}""")]
    public async Task Each_of_them_is_aggregated(string aggregation, string expected) =>
        (await Search($$$"""{"size":0,"aggs":{"a":{{{aggregation}}}}}""")).Is(200, $$$"""{"aggregations":{"a":{{{expected}}}}}""");

    [Fact]
    public async Task What_an_aggregation_is_given_to_keep_comes_back() =>
        (await Search("""{"size":0,"aggs":{"a":{"max":{"field":"n"},"meta":{"title":"the largest"}}}}"""))
        .Is(200, """{"aggregations":{"a":{"value":10,"meta":{"title":"the largest"}}}}""");
}
