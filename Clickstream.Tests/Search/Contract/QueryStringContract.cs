using System.Text.Json;

namespace Clickstream.Tests.Search.Contract;

/// <summary>The language that people type.</summary>
public abstract class QueryStringContract(ISearchServer server) : ShopContract(server)
{
    [Theory]
    [InlineData("k:a", "1 3")]
    [InlineData("k:A", "")]
    [InlineData("k:\"a b\"", "7")]
    [InlineData("k:a\\:b", "9")]
    [InlineData("k:(a OR b)", "1 2 3")]
    [InlineData("k:a AND n:3", "3")]
    [InlineData("k:a n:10", "1 3 4")]
    [InlineData("k:a && n:3", "3")]
    [InlineData("k:b || n:10", "2 4")]
    [InlineData("+k:a -n:3", "1")]
    [InlineData("NOT k:a", "2 4 5 6 7 8 9 10")]
    [InlineData("k:a AND NOT n:3", "1")]
    [InlineData("k:a !n:3", "1")]
    [InlineData("(k:a AND n:3) OR n:20", "3 6")]
    [InlineData("*", "1 2 3 4 5 6 7 8 9 10")]
    [InlineData("*:*", "1 2 3 4 5 6 7 8 9 10")]
    [InlineData("", "")]
    [InlineData("_exists_:b", "1 2 3 5")]
    [InlineData("NOT _exists_:n", "8")]
    [InlineData("k:*", "1 2 3 4 5 6 7 9 10")]
    [InlineData("n:*", "1 2 3 4 5 6 7 9 10")]
    public Task Fields_and_operators(string query, string ids) => FindsByString(query, ids);

    [Theory]
    [InlineData("n:3", "3 9 10")]
    [InlineData("n:\\-5", "5")]
    [InlineData("n:[2 TO 10]", "2 3 4 9 10")]
    [InlineData("n:{2 TO 10}", "3 9 10")]
    [InlineData("n:[2 TO 10}", "2 3 9 10")]
    [InlineData("n:[10 TO *]", "4 6 7")]
    [InlineData("n:[* TO 0]", "5")]
    [InlineData("n:>10", "6 7")]
    [InlineData("n:>=10", "4 6 7")]
    [InlineData("n:<2", "1 5")]
    [InlineData("n:(>=2 AND <10)", "2 3 9 10")]
    [InlineData("f:[0 TO 2]", "1 5")]
    [InlineData("b:true", "1 3")]
    [InlineData("d:2015\\-06\\-01", "1 2")]
    [InlineData("d:\"2015-06-01\"", "1 2")]
    [InlineData("d:[2015-06-01 TO 2015-06-02]", "1 2 6 9")]
    [InlineData("d:[2015-06-01 TO 2015-06-03}", "1 2 6 9")]
    [InlineData("d:{2015-06-01 TO 2015-06-03}", "6 9")]
    [InlineData("d:[2015-07-01 TO *]", "5")]
    [InlineData("d:[2015-06-01||+1d/d TO 2015-06-03||/d]", "3 6 9")]
    [InlineData("d:>=2015-06-30", "4 5")]
    [InlineData("k:[a TO ab]", "1 3 4 7 9")]
    [InlineData("k:{a TO ab}", "7 9")]
    public Task Numbers_dates_and_ranges(string query, string ids) => FindsByString(query, ids);

    [Theory]
    [InlineData("k:ab*", "4 5")]
    [InlineData("k:a?c", "5")]
    [InlineData("k:*b", "2 4 7 9")]
    [InlineData("t:quick", "1 3")]
    [InlineData("t:QUICK", "1 3")]
    [InlineData("t:\"quick brown\"", "1")]
    [InlineData("t:\"brown quick\"", "")]
    [InlineData("t:(brown AND dog)", "2")]
    [InlineData("t:qui*", "1 3")]
    [InlineData("t:QUI*", "1 3")]
    [InlineData("t.raw:quick*", "1")]
    [InlineData("t:ärger", "10")]
    public Task Texts_and_patterns(string query, string ids) => FindsByString(query, ids);

    [Theory]
    [InlineData("brown", "1 2")]
    [InlineData("quick OR lazy", "1 2 3")]
    [InlineData("here", "8")]
    [InlineData("a", "1 3")]
    [InlineData("20", "6")]
    [InlineData("true", "1 3")]
    [InlineData("nothing", "")]
    public Task Without_a_field_all_fields_are_asked(string query, string ids) => FindsByString(query, ids);

    [Theory]
    [InlineData("n:x")]
    [InlineData("nosuch:1")]
    [InlineData("b:maybe")]
    public Task What_a_field_cannot_hold_is_not_found(string query) => FindsByString(query, "");

    [Fact]
    public async Task The_operator_and_the_field_by_default_can_be_said()
    {
        await Finds("""{"query_string":{"query":"quick fox","default_field":"t","default_operator":"AND"}}""", "1");
        await Finds("""{"query_string":{"query":"quick fox","default_field":"t"}}""", "1 3");
        await Finds("""{"query_string":{"query":"a","fields":["k","t"]}}""", "1 3");
        await Finds("""{"query_string":{"query":"k:AB*","analyze_wildcard":true}}""", "");
    }

    [Theory]
    [InlineData("n:(")]
    [InlineData("k:a AND")]
    [InlineData("k:[a TO")]
    [InlineData("\"open")]
    public async Task What_cannot_be_parsed_is_refused(string query) =>
        (await Ask($$$$"""{"query":{"query_string":{"query":{{{{JsonSerializer.Serialize(query)}}}}}}}""")).IsError(400, "query_shard_exception");

    [Fact]
    public async Task A_query_string_has_no_unknown_parts() =>
        (await Ask("""{"query":{"query_string":{"query":"a","nosuch":1}}}""")).IsError(400, "parsing_exception").Says("nosuch");

    [Fact]
    public async Task A_query_can_stand_in_the_address()
    {
        Assert.Equal("3 1", (await AskByAddress("q=k:a&sort=n:desc&size=5")).HitIds);
        Assert.Equal(2, (await AskByAddress("q=k:a&size=0")).Total);
        (await AskByAddress("nosuch=1")).IsError(400, "illegal_argument_exception").Says("nosuch");
    }

    Task FindsByString(string query, string ids) => Finds($$$"""{"query_string":{"query":{{{JsonSerializer.Serialize(query)}}}}}""", ids);
}
