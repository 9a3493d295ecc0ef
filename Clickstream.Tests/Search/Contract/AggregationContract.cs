namespace Clickstream.Tests.Search.Contract;

/// <summary>Aggregations: buckets and metrics, in each other.</summary>
public abstract class AggregationContract(ISearchServer server) : ShopContract(server)
{
    [Theory]
    [InlineData("""{"terms":{"field":"k"}}""", """
        {"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":"a","doc_count":2},{"key":"B","doc_count":1},
         {"key":"a b","doc_count":1},{"key":"a:b","doc_count":1},{"key":"ab","doc_count":1},{"key":"abc","doc_count":1},
         {"key":"b","doc_count":1},{"key":"c","doc_count":1},{"key":"ä","doc_count":1}]}
        """)]
    [InlineData("""{"terms":{"field":"k","size":2}}""", """
        {"sum_other_doc_count":7,"buckets":[{"key":"a","doc_count":2},{"key":"B","doc_count":1}]}
        """)]
    [InlineData("""{"terms":{"field":"k","size":2,"order":{"_key":"desc"}}}""", """{"buckets":[{"key":"ä"},{"key":"c"}]}""")]
    [InlineData("""{"terms":{"field":"k","size":2,"order":{"_count":"asc"}}}""", """{"buckets":[{"key":"B"},{"key":"a b"}]}""")]
    [InlineData("""{"terms":{"field":"k","size":2,"order":[{"_count":"desc"},{"_key":"desc"}]}}""", """{"buckets":[{"key":"a"},{"key":"ä"}]}""")]
    [InlineData("""{"terms":{"field":"k","min_doc_count":2}}""", """{"sum_other_doc_count":0,"buckets":[{"key":"a","doc_count":2}]}""")]
    [InlineData("""{"terms":{"field":"k","size":3,"missing":"none"}}""", """{"buckets":[{"key":"a"},{"key":"B"},{"key":"a b"}]}""")]
    [InlineData("""{"terms":{"field":"n","size":3}}""", """
        {"sum_other_doc_count":4,"buckets":[{"key":3,"doc_count":3},{"key":-5,"doc_count":1},{"key":1,"doc_count":1}]}
        """)]
    [InlineData("""{"terms":{"field":"n","size":1,"order":{"_key":"desc"}}}""", """{"buckets":[{"key":9007199254740993,"doc_count":1}]}""")]
    [InlineData("""{"terms":{"field":"n","size":1,"missing":3}}""", """{"buckets":[{"key":3,"doc_count":4}]}""")]
    [InlineData("""{"terms":{"field":"b"}}""", """
        {"buckets":[{"key":0,"key_as_string":"false","doc_count":2},{"key":1,"key_as_string":"true","doc_count":2}]}
        """)]
    [InlineData("""{"terms":{"field":"f","size":2,"order":{"_key":"asc"}}}""", """{"buckets":[{"key":-1.0},{"key":0.0}]}""")]
    [InlineData("""{"terms":{"field":"d","size":1,"order":{"_key":"asc"}}}""", """
        {"buckets":[{"key":0,"key_as_string":"1970-01-01T00:00:00.000Z","doc_count":1}]}
        """)]
    [InlineData("""{"terms":{"field":"nosuch"}}""", """{"sum_other_doc_count":0,"buckets":[]}""")]
    [InlineData("""{"terms":{"field":"b"},"aggs":{"s":{"sum":{"field":"n"}}}}""", """
        {"buckets":[{"key":0,"doc_count":2,"s":{"value":-3.0}},{"key":1,"doc_count":2,"s":{"value":4.0}}]}
        """)]
    [InlineData("""{"terms":{"field":"k","size":2,"order":{"m":"desc"}},"aggs":{"m":{"max":{"field":"i"}}}}""", """
        {"buckets":[{"key":"a","m":{"value":3.0}},{"key":"a:b","m":{"value":3.0}}]}
        """)]
    [InlineData("""{"terms":{"field":"k","size":1,"order":{"m.avg":"asc"}},"aggs":{"m":{"stats":{"field":"n"}}}}""", """
        {"buckets":[{"key":"abc","m":{"avg":-5.0}}]}
        """)]
    public Task Terms(string aggregation, string result) => Gives(aggregation, result);

    [Theory]
    [InlineData("""{"date_histogram":{"field":"d","calendar_interval":"month","min_doc_count":1}}""", """
        {"buckets":[
          {"key_as_string":"1970-01-01T00:00:00.000Z","key":0,"doc_count":1},
          {"key_as_string":"2015-06-01T00:00:00.000Z","key":1433116800000,"doc_count":6},
          {"key_as_string":"2015-07-01T00:00:00.000Z","key":1435708800000,"doc_count":1}]}
        """)]
    [InlineData("""{"date_histogram":{"field":"d","calendar_interval":"1w","min_doc_count":1}}""", """
        {"buckets":[{"key":-259200000,"doc_count":1},{"key":1433116800000,"doc_count":5},{"key":1435536000000,"doc_count":2}]}
        """)]
    [InlineData("""{"date_histogram":{"field":"d","calendar_interval":"quarter","min_doc_count":1,"order":{"_key":"desc"}}}""", """
        {"buckets":[{"key":1435708800000,"doc_count":1},{"key":1427846400000,"doc_count":6},{"key":0,"doc_count":1}]}
        """)]
    [InlineData("""{"date_histogram":{"field":"d","calendar_interval":"year"}}""", null)]
    [InlineData("""{"date_histogram":{"field":"d","fixed_interval":"12h","min_doc_count":1,"offset":"1h"}}""", """
        {"buckets":[{"key":-39600000,"doc_count":1},{"key":1433120400000,"doc_count":2},{"key":1433206800000,"doc_count":1},
         {"key":1433250000000,"doc_count":2},{"key":1435669200000,"doc_count":2}]}
        """)]
    [InlineData("""{"date_histogram":{"field":"d","fixed_interval":"30d","format":"yyyy-MM-dd","min_doc_count":2}}""", """
        {"buckets":[{"key_as_string":"2015-05-05","key":1430784000000,"doc_count":5},{"key_as_string":"2015-06-04","key":1433376000000,"doc_count":2}]}
        """)]
    [InlineData("""{"date_histogram":{"field":"d","calendar_interval":"day","time_zone":"UTC","keyed":false,"min_doc_count":3}}""", """{"buckets":[]}""")]
    [InlineData("""{"date_histogram":{"field":"nosuch","calendar_interval":"day"}}""", """{"buckets":[]}""")]
    public Task Date_histogram(string aggregation, string? result) => Gives(aggregation, result);

    [Fact]
    public Task Empty_days_between_are_filled_in_as_far_as_asked() => Gives(
        """{"date_histogram":{"field":"d","calendar_interval":"1d","extended_bounds":{"min":"2015-05-31","max":"2015-06-04"}},"aggs":{"n":{"sum":{"field":"n"}}}}""",
        """
        {"buckets":[
          {"key_as_string":"2015-05-31T00:00:00.000Z","key":1433030400000,"doc_count":0,"n":{"value":0.0}},
          {"key":1433116800000,"doc_count":2,"n":{"value":3.0}},
          {"key":1433203200000,"doc_count":2,"n":{"value":23.0}},
          {"key":1433289600000,"doc_count":1,"n":{"value":3.0}},
          {"key":1433376000000,"doc_count":0}]}
        """,
        """{"range":{"d":{"gte":"2015-06-01","lt":"2015-06-10"}}}""");

    [Theory]
    [InlineData("""{"histogram":{"field":"n","interval":5,"min_doc_count":1}}""", """
        {"buckets":[{"key":-5.0,"doc_count":1},{"key":0.0,"doc_count":5},{"key":10.0,"doc_count":1},{"key":20.0,"doc_count":1}]}
        """)]
    [InlineData("""{"histogram":{"field":"n","interval":5}}""", """
        {"buckets":[{"key":-5.0,"doc_count":1},{"key":0.0,"doc_count":5},{"key":5.0,"doc_count":0},{"key":10.0,"doc_count":1},
         {"key":15.0,"doc_count":0},{"key":20.0,"doc_count":1}]}
        """)]
    [InlineData("""{"histogram":{"field":"n","interval":10,"offset":2,"min_doc_count":1}}""", """
        {"buckets":[{"key":-8.0,"doc_count":2},{"key":2.0,"doc_count":5},{"key":12.0,"doc_count":1}]}
        """)]
    [InlineData("""{"histogram":{"field":"f","interval":0.5,"min_doc_count":1}}""", """
        {"buckets":[{"key":-1.0,"doc_count":1},{"key":0.0,"doc_count":1},{"key":1.5,"doc_count":1},{"key":2.5,"doc_count":1}]}
        """)]
    [InlineData("""{"histogram":{"field":"f","interval":1,"extended_bounds":{"min":-2,"max":3}}}""", """
        {"buckets":[{"key":-2.0,"doc_count":0},{"key":-1.0,"doc_count":1},{"key":0.0,"doc_count":1},{"key":1.0,"doc_count":1},
         {"key":2.0,"doc_count":1},{"key":3.0,"doc_count":0}]}
        """)]
    public Task Histogram(string aggregation, string result) => Gives(aggregation, result, """{"range":{"n":{"lt":1000}}}""");

    [Theory]
    [InlineData("""{"range":{"field":"n","ranges":[{"to":0},{"from":0,"to":3},{"from":3},{"key":"all"}]}}""", """
        {"buckets":[
          {"key":"*-0.0","to":0.0,"doc_count":1},{"key":"all","doc_count":9},
          {"key":"0.0-3.0","from":0.0,"to":3.0,"doc_count":2},{"key":"3.0-*","from":3.0,"doc_count":6}]}
        """)]
    [InlineData("""{"range":{"field":"n","keyed":true,"ranges":[{"from":0,"to":3,"key":"few"},{"from":3,"to":100}]}}""", """
        {"buckets":{"few":{"from":0.0,"to":3.0,"doc_count":2},"3.0-100.0":{"from":3.0,"to":100.0,"doc_count":5}}}
        """)]
    [InlineData("""{"range":{"field":"f","ranges":[{"from":-1,"to":2.5}]},"aggs":{"a":{"avg":{"field":"f"}}}}""", """
        {"buckets":[{"key":"-1.0-2.5","doc_count":3,"a":{"value":0.16666666666666666}}]}
        """)]
    [InlineData("""{"date_range":{"field":"d","ranges":[{"from":"2015-06-01","to":"2015-06-02"},{"from":"2015-06-30||/d"}]}}""", """
        {"buckets":[
          {"from":1433116800000,"from_as_string":"2015-06-01T00:00:00.000Z","to":1433203200000,"to_as_string":"2015-06-02T00:00:00.000Z","doc_count":2,
           "key":"2015-06-01T00:00:00.000Z-2015-06-02T00:00:00.000Z"},
          {"from":1435622400000,"doc_count":2,"key":"2015-06-30T00:00:00.000Z-*"}]}
        """)]
    public Task Ranges(string aggregation, string result) => Gives(aggregation, result);

    [Theory]
    [InlineData("""{"filters":{"filters":{"as":{"term":{"k":"a"}},"threes":{"query_string":{"query":"n:3"}},"none":{"match_none":{}}}}}""", """
        {"buckets":{"as":{"doc_count":2},"threes":{"doc_count":3},"none":{"doc_count":0}}}
        """)]
    [InlineData("""{"filters":{"filters":[{"term":{"k":"a"}},{"match_all":{}}]},"aggs":{"n":{"min":{"field":"n"}}}}""", """
        {"buckets":[{"doc_count":2,"n":{"value":1.0}},{"doc_count":10,"n":{"value":-5.0}}]}
        """)]
    [InlineData("""{"filters":{"other_bucket_key":"rest","filters":{"as":{"term":{"k":"a"}}}}}""", """
        {"buckets":{"as":{"doc_count":2},"rest":{"doc_count":8}}}
        """)]
    [InlineData("""{"filter":{"term":{"k":"a"}},"aggs":{"ks":{"terms":{"field":"k"}}}}""", """
        {"doc_count":2,"ks":{"buckets":[{"key":"a","doc_count":2},{"key":"c","doc_count":1}]}}
        """)]
    public Task Filters(string aggregation, string result) => Gives(aggregation, result);

    [Theory]
    [InlineData("""{"sum":{"field":"i"}}""", """{"value":9.0}""")]
    [InlineData("""{"sum":{"field":"i","missing":10}}""", """{"value":69.0}""")]
    [InlineData("""{"avg":{"field":"f"}}""", """{"value":0.75}""")]
    [InlineData("""{"min":{"field":"f"}}""", """{"value":-1.0}""")]
    [InlineData("""{"max":{"field":"f"}}""", """{"value":2.5}""")]
    [InlineData("""{"max":{"field":"d"}}""", """{"value":1435708800000,"value_as_string":"2015-07-01T00:00:00.000Z"}""")]
    [InlineData("""{"min":{"field":"d"}}""", """{"value":0,"value_as_string":"1970-01-01T00:00:00.000Z"}""")]
    [InlineData("""{"value_count":{"field":"k"}}""", """{"value":10}""")]
    [InlineData("""{"value_count":{"field":"n"}}""", """{"value":9}""")]
    [InlineData("""{"stats":{"field":"f"}}""", """{"count":4,"min":-1.0,"max":2.5,"avg":0.75,"sum":3.0}""")]
    [InlineData("""{"cardinality":{"field":"k"}}""", """{"value":9}""")]
    [InlineData("""{"cardinality":{"field":"n"}}""", """{"value":7}""")]
    [InlineData("""{"cardinality":{"field":"b"}}""", """{"value":2}""")]
    [InlineData("""{"cardinality":{"field":"d"}}""", """{"value":8}""")]
    [InlineData("""{"percentiles":{"field":"f","percents":[0,50,100]}}""", """{"values":{"0.0":-1.0,"50.0":0.75,"100.0":2.5}}""")]
    [InlineData("""{"percentiles":{"field":"f","percents":[50],"keyed":false}}""", """{"values":[{"key":50.0,"value":0.75}]}""")]
    public Task Metrics(string aggregation, string result) => Gives(aggregation, result);

    [Theory]
    [InlineData("""{"sum":{"field":"i"}}""", """{"value":0.0}""")]
    [InlineData("""{"avg":{"field":"i"}}""", """{"value":null}""")]
    [InlineData("""{"min":{"field":"i"}}""", """{"value":null}""")]
    [InlineData("""{"max":{"field":"d"}}""", """{"value":null}""")]
    [InlineData("""{"value_count":{"field":"i"}}""", """{"value":0}""")]
    [InlineData("""{"stats":{"field":"i"}}""", """{"count":0,"min":null,"max":null,"avg":null,"sum":0.0}""")]
    [InlineData("""{"cardinality":{"field":"k"}}""", """{"value":0}""")]
    [InlineData("""{"percentiles":{"field":"i","percents":[50]}}""", """{"values":{"50.0":null}}""")]
    [InlineData("""{"terms":{"field":"k"}}""", """{"buckets":[]}""")]
    [InlineData("""{"date_histogram":{"field":"d","calendar_interval":"day"}}""", """{"buckets":[]}""")]
    [InlineData("""{"range":{"field":"n","ranges":[{"to":1}]}}""", """{"buckets":[{"doc_count":0}]}""")]
    public Task Of_nothing(string aggregation, string result) => Gives(aggregation, result, """{"match_none":{}}""");

    [Fact]
    public Task Aggregations_nest() => Gives(
        """
        {"terms":{"field":"b"},"aggs":{
          "months":{"date_histogram":{"field":"d","calendar_interval":"month"},"aggs":{
            "ks":{"terms":{"field":"k","order":{"_key":"asc"}},"aggs":{"n":{"stats":{"field":"n"}}}}}},
          "who":{"cardinality":{"field":"k"}}}}
        """,
        """
        {"buckets":[
          {"key":0,"who":{"value":2},"months":{"buckets":[
            {"key":1433116800000,"doc_count":1,"ks":{"buckets":[{"key":"b","n":{"sum":2.0}}]}},
            {"key":1435708800000,"doc_count":1,"ks":{"buckets":[{"key":"abc","n":{"sum":-5.0}}]}}]}},
          {"key":1,"who":{"value":2},"months":{"buckets":[
            {"key":1433116800000,"doc_count":2,"ks":{"buckets":[{"key":"a","doc_count":2,"n":{"count":2,"sum":4.0}},{"key":"c","doc_count":1}]}}]}}]}
        """);

    [Fact]
    public async Task Several_aggregations_go_by_the_query_and_come_under_their_names() => (await Ask("""
        {"size":0,"query":{"term":{"b":true}},"aggregations":{"one":{"sum":{"field":"n"}},"two":{"max":{"field":"n"}}}}
        """)).Is(200, """{"hits":{"total":{"value":2},"hits":[]},"aggregations":{"one":{"value":4.0},"two":{"value":3.0}}}""");

    [Fact]
    public async Task Approximations_stay_within_their_bounds()
    {
        const int Count = 6_000; // the original counts exactly up to 3,000
        await CreateIndex("""{"n":{"type":"long"},"k":{"type":"keyword"}}""");
        await IndexDocuments([.. Enumerable.Range(0, Count).Select(static i => $$"""{"n":{{i}},"k":"k{{i % 4_500}}"}""")]);
        var found = (await Search("""
            {"size":0,"aggs":{"all":{"cardinality":{"field":"n"}},"ks":{"cardinality":{"field":"k"}},"parts":{"percentiles":{"field":"n"}}}}
            """)).Is(200).Json["aggregations"]!;

        // 5 % is what the original documents for its default precision; percentiles are closer at the ends.
        Assert.InRange((double)found["all"]!["value"]!, 0.95 * Count, 1.05 * Count);
        Assert.InRange((double)found["ks"]!["value"]!, 0.95 * 4_500, 1.05 * 4_500);
        foreach (var percent in (double[])[1, 5, 25, 50, 75, 95, 99])
        {
            var name = percent.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange((double)found["parts"]!["values"]![name]!, (percent - 1) / 100 * Count, (percent + 1) / 100 * Count);
        }
    }

    [Theory]
    [InlineData("""{"nosuch":{}}""", "parsing_exception", "Unknown aggregation type [nosuch]")]
    [InlineData("""{"terms":{"field":"k"},"aggs":{"y":{"nosuch":{}}}}""", "parsing_exception", "Unknown aggregation type [nosuch]")]
    [InlineData("{}", "parsing_exception", "[x]")]
    [InlineData("""{"terms":{"field":"k"},"sum":{"field":"n"}}""", "parsing_exception", "[terms] and [sum]")]
    [InlineData("""{"terms":{"field":"k","nosuch":1}}""", "x_content_parse_exception", "nosuch")]
    [InlineData("""{"terms":{"field":"t"}}""", "illegal_argument_exception", "[t]")]
    [InlineData("""{"terms":{"field":"k","size":0}}""", "x_content_parse_exception", "size")]
    [InlineData("""{"sum":{"field":"k"}}""", "illegal_argument_exception", "[k]")]
    [InlineData("""{"cardinality":{}}""", "illegal_argument_exception", "field")]
    [InlineData("""{"cardinality":{"field":"plain"}}""", "illegal_argument_exception", "plain")]
    [InlineData("""{"date_histogram":{"field":"d"}}""", "illegal_argument_exception", "interval")]
    [InlineData("""{"date_histogram":{"field":"d","fixed_interval":"1M"}}""", "x_content_parse_exception", "fixed_interval")]
    [InlineData("""{"date_histogram":{"field":"d","calendar_interval":"2d"}}""", "x_content_parse_exception", "calendar_interval")]
    [InlineData("""{"histogram":{"field":"n","interval":0}}""", "x_content_parse_exception", "interval")]
    [InlineData("""{"range":{"field":"n"}}""", "illegal_argument_exception", "ranges")]
    [InlineData("""{"filters":{}}""", "illegal_argument_exception", "filters")]
    [InlineData("""{"percentiles":{"field":"n","percents":[101]}}""", "x_content_parse_exception", "percent")]
    public async Task An_aggregation_that_cannot_be_is_refused_with_its_reason(string aggregation, string type, string reason) =>
        (await Ask($$$"""{"aggs":{"x":{{{aggregation}}}}}""")).IsError(400, type).Says(reason);

    [Fact]
    public async Task An_order_by_what_is_not_there_is_refused()
    {
        var answer = await Ask("""{"aggs":{"x":{"terms":{"field":"k","order":{"nosuch":"asc"}}}}}""");
        Assert.InRange(answer.Status, 400, 500); // 500 in the original
        answer.Says("nosuch");
    }

    async Task Gives(string aggregation, string? result, string query = """{"match_all":{}}""")
    {
        var found = (await Ask($$$"""{"size":0,"query":{{{query}}},"aggs":{"x":{{{aggregation}}}}}""")).Is(200);
        if (result is not null)
            found.Is(200, $$$"""{"aggregations":{"x":{{{result}}}}}""");
    }
}
