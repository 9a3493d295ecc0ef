namespace Clickstream.Tests.Search.Contract;

/// <summary>Each type of query: what it finds and what it refuses.</summary>
public abstract class QueryContract(ISearchServer server) : ShopContract(server)
{
    [Theory]
    [InlineData("""{"match_all":{}}""", "1 2 3 4 5 6 7 8 9 10")]
    [InlineData("""{"match_none":{}}""", "")]
    [InlineData("""{"ids":{"values":["1","3","nosuch"]}}""", "1 3")]
    [InlineData("""{"ids":{"values":[]}}""", "")]
    public Task Queries_without_a_field(string query, string ids) => Finds(query, ids);

    [Theory]
    [InlineData("""{"term":{"k":"a"}}""", "1 3")]
    [InlineData("""{"term":{"k":{"value":"a"}}}""", "1 3")]
    [InlineData("""{"term":{"k":"A"}}""", "")]
    [InlineData("""{"term":{"k":{"value":"A","case_insensitive":true}}}""", "1 3")]
    [InlineData("""{"term":{"k":"a b"}}""", "7")]
    [InlineData("""{"term":{"k":"ä"}}""", "10")]
    [InlineData("""{"term":{"n":3}}""", "3 9 10")]
    [InlineData("""{"term":{"n":"3"}}""", "3 9 10")]
    [InlineData("""{"term":{"n":3.5}}""", "")]
    [InlineData("""{"term":{"n":9007199254740993}}""", "7")]
    [InlineData("""{"term":{"n":9007199254740992}}""", "")]
    [InlineData("""{"term":{"f":1.5}}""", "1")]
    [InlineData("""{"term":{"f":"2.5"}}""", "2")]
    [InlineData("""{"term":{"b":true}}""", "1 3")]
    [InlineData("""{"term":{"b":"false"}}""", "2 5")]
    [InlineData("""{"term":{"d":"2015-06-01"}}""", "1 2")]
    [InlineData("""{"term":{"d":"2015-06-01T10:00:00Z"}}""", "1")]
    [InlineData("""{"term":{"d":1433221332117}}""", "6")]
    [InlineData("""{"term":{"t":"quick"}}""", "1 3")]
    [InlineData("""{"term":{"t":"Quick"}}""", "")]
    [InlineData("""{"term":{"t.raw":"the end"}}""", "6")]
    [InlineData("""{"term":{"plain":"x"}}""", "1")]
    [InlineData("""{"term":{"_id":"5"}}""", "5")]
    [InlineData("""{"term":{"nosuch":"x"}}""", "")]
    public Task Term(string query, string ids) => Finds(query, ids);

    [Theory]
    [InlineData("""{"terms":{"k":["a","b","nosuch"]}}""", "1 2 3")]
    [InlineData("""{"terms":{"n":[1,"2",20]}}""", "1 2 6")]
    [InlineData("""{"terms":{"d":["2015-06-01","2015-07-01"]}}""", "1 2 5")]
    [InlineData("""{"terms":{"b":[true,false]}}""", "1 2 3 5")]
    [InlineData("""{"terms":{"_id":["1","2"]}}""", "1 2")]
    [InlineData("""{"terms":{"k":[]}}""", "")]
    [InlineData("""{"terms":{"nosuch":["a"]}}""", "")]
    public Task Terms(string query, string ids) => Finds(query, ids);

    [Theory]
    [InlineData("""{"range":{"n":{"gt":2,"lte":10}}}""", "3 4 9 10")]
    [InlineData("""{"range":{"n":{"gte":"2","lt":"10"}}}""", "2 3 9 10")]
    [InlineData("""{"range":{"n":{"lt":0}}}""", "5")]
    [InlineData("""{"range":{"n":{"gt":2.5,"lt":3.5}}}""", "3 9 10")]
    [InlineData("""{"range":{"n":{"gte":9007199254740993}}}""", "7")]
    [InlineData("""{"range":{"n":{"gt":9007199254740993}}}""", "")]
    [InlineData("""{"range":{"n":{"gte":10,"lte":1}}}""", "")]
    [InlineData("""{"range":{"n":{}}}""", "1 2 3 4 5 6 7 9 10")]
    [InlineData("""{"range":{"n":{"gte":null,"lt":2}}}""", "1 5")]
    [InlineData("""{"range":{"n":{"from":2,"to":3}}}""", "2 3 9 10")]
    [InlineData("""{"range":{"n":{"from":2,"to":3,"include_lower":false,"include_upper":false}}}""", "")]
    [InlineData("""{"range":{"f":{"gte":0,"lt":2.5}}}""", "1 5")]
    [InlineData("""{"range":{"f":{"gt":-1}}}""", "1 2 5")]
    [InlineData("""{"range":{"k":{"gte":"a","lt":"b"}}}""", "1 3 4 5 7 9")]
    [InlineData("""{"range":{"k":{"gt":"abc"}}}""", "2 3 10")]
    [InlineData("""{"range":{"b":{"gte":true}}}""", "1 3")]
    [InlineData("""{"range":{"nosuch":{"gte":1}}}""", "")]
    public Task Range(string query, string ids) => Finds(query, ids);

    [Theory]
    [InlineData("""{"bool":{"must":[{"term":{"k":"a"}},{"term":{"n":3}}]}}""", "3")]
    [InlineData("""{"bool":{"must":{"term":{"k":"a"}}}}""", "1 3")]
    [InlineData("""{"bool":{"filter":[{"term":{"k":"a"}}]}}""", "1 3")]
    [InlineData("""{"bool":{"should":[{"term":{"k":"a"}},{"term":{"k":"b"}}]}}""", "1 2 3")]
    [InlineData("""{"bool":{"filter":{"term":{"b":true}},"should":[{"term":{"k":"c"}}]}}""", "1 3")]
    [InlineData("""{"bool":{"filter":{"term":{"b":true}},"should":[{"term":{"k":"c"}}],"minimum_should_match":1}}""", "3")]
    [InlineData("""{"bool":{"should":[{"term":{"k":"a"}},{"term":{"k":"c"}},{"term":{"n":3}}],"minimum_should_match":2}}""", "3")]
    [InlineData("""{"bool":{"should":[{"term":{"k":"a"}},{"term":{"k":"c"}},{"term":{"n":3}}],"minimum_should_match":"67%"}}""", "3")]
    [InlineData("""{"bool":{"should":[{"term":{"k":"a"}},{"term":{"k":"c"}},{"term":{"n":3}}],"minimum_should_match":-1}}""", "3")]
    [InlineData("""{"bool":{"must_not":[{"exists":{"field":"n"}}]}}""", "8")]
    [InlineData("""{"bool":{"must_not":{"range":{"n":{"lt":10}}},"must":{"exists":{"field":"d"}}}}""", "4 6 7")]
    [InlineData("""{"bool":{}}""", "1 2 3 4 5 6 7 8 9 10")]
    [InlineData("""{"bool":{"must":[],"filter":[],"should":[],"must_not":[]}}""", "1 2 3 4 5 6 7 8 9 10")]
    [InlineData("""{"bool":{"must":[{"bool":{"should":[{"term":{"n":1}},{"bool":{"must_not":{"exists":{"field":"k"}}}}]}}]}}""", "1 8")]
    public Task Bool(string query, string ids) => Finds(query, ids);

    [Theory]
    [InlineData("""{"exists":{"field":"n"}}""", "1 2 3 4 5 6 7 9 10")]
    [InlineData("""{"exists":{"field":"k"}}""", "1 2 3 4 5 6 7 9 10")]
    [InlineData("""{"exists":{"field":"d"}}""", "1 2 3 4 5 6 7 9")]
    [InlineData("""{"exists":{"field":"b"}}""", "1 2 3 5")]
    [InlineData("""{"exists":{"field":"t"}}""", "1 2 3 6 10")]
    [InlineData("""{"exists":{"field":"t.raw"}}""", "1 2 3 6 10")]
    [InlineData("""{"exists":{"field":"plain"}}""", "1 4")]
    [InlineData("""{"exists":{"field":"nosuch"}}""", "")]
    public Task Exists(string query, string ids) => Finds(query, ids);

    [Theory]
    [InlineData("""{"prefix":{"k":"a"}}""", "1 3 4 5 7 9")]
    [InlineData("""{"prefix":{"k":{"value":"ab"}}}""", "4 5")]
    [InlineData("""{"prefix":{"k":""}}""", "1 2 3 4 5 6 7 9 10")]
    [InlineData("""{"prefix":{"t":"qui"}}""", "1 3")]
    [InlineData("""{"prefix":{"k":{"value":"AB","case_insensitive":true}}}""", "4 5")]
    [InlineData("""{"wildcard":{"k":"a?"}}""", "4")]
    [InlineData("""{"wildcard":{"k":{"value":"*b*"}}}""", "2 4 5 7 9")]
    public Task Prefix_and_wildcard(string query, string ids) => Finds(query, ids);

    [Theory]
    [InlineData("""{"match":{"t":"quick"}}""", "1 3")]
    [InlineData("""{"match":{"t":"QUICK lazy"}}""", "1 2 3")]
    [InlineData("""{"match":{"t":{"query":"quick fox","operator":"and"}}}""", "1")]
    [InlineData("""{"match":{"t":""}}""", "")]
    [InlineData("""{"match":{"t":"ärger"}}""", "10")]
    [InlineData("""{"match":{"k":"a b"}}""", "7")]
    [InlineData("""{"match":{"n":"3"}}""", "3 9 10")]
    [InlineData("""{"match":{"b":true}}""", "1 3")]
    [InlineData("""{"match":{"d":"2015-06-01"}}""", "1 2")]
    [InlineData("""{"match":{"nosuch":"x"}}""", "")]
    public Task Match(string query, string ids) => Finds(query, ids);

    [Theory]
    [InlineData("""{"nosuch":{}}""", "parsing_exception", "unknown query [nosuch]")]
    [InlineData("""{"bool":{"must":[{"nosuch":{}}]}}""", "parsing_exception", "unknown query [nosuch]")]
    [InlineData("""{"bool":{"nosuch":[]}}""", "x_content_parse_exception", "nosuch")]
    [InlineData("""{"term":{"n":{"value":1,"nosuch":2}}}""", "parsing_exception", "[term] query does not support [nosuch]")]
    [InlineData("""{"range":{"n":{"nosuch":1}}}""", "parsing_exception", "[range] query does not support [nosuch]")]
    [InlineData("""{"term":{"k":"a","n":1}}""", "parsing_exception", "multiple fields")]
    [InlineData("""{"term":{"k":"a"},"match_all":{}}""", "parsing_exception", "malformed query")]
    [InlineData("""{"terms":{"k":"a"}}""", "parsing_exception", "[terms] query does not support [k]")]
    [InlineData("""{"terms":{"k":["a"],"n":[1]}}""", "parsing_exception", "multiple fields")]
    [InlineData("""{"exists":{}}""", "parsing_exception", "[field]")]
    [InlineData("{}", "illegal_argument_exception", "empty clause")]
    [InlineData("""{"term":{"n":"x"}}""", "query_shard_exception", "x")]
    [InlineData("""{"term":{"b":"x"}}""", "query_shard_exception", "x")]
    [InlineData("""{"range":{"n":{"gte":"x"}}}""", "query_shard_exception", "x")]
    [InlineData("""{"range":{"d":{"gte":"garbage"}}}""", "parse_exception", "garbage")]
    public async Task A_query_that_cannot_be_is_refused_with_its_reason(string query, string type, string reason)
    {
        (await Ask($$"""{"query":{{query}}}""")).IsError(400, type).Says(reason);
        // A count gives the same reason, now and then inside of another one.
        (await Count($$"""{"query":{{query}}}""")).Is(400, """{"status":400}""").Says(reason);
    }

    [Fact]
    public async Task A_count_counts_and_nothing_else()
    {
        (await Count("{}")).Is(200, """{"count":10,"_shards":{"total":1,"successful":1,"failed":0}}""");
        (await Count("""{"query":{"match_all":{}},"size":1}""")).IsError(400, "parsing_exception").Says("[size]");
    }
}
