using System.Collections.Concurrent;
using System.Text.Json;

namespace Clickstream.Tests.Search.Contract;

/// <summary>Mappings: what fields become, and which values they refuse.</summary>
public abstract class MappingContract(ISearchServer server) : SearchContract(server)
{
    const string Fields = """
        {"n":{"type":"long"},"i":{"type":"integer"},"s":{"type":"short"},"f":{"type":"double"},"r":{"type":"float"},"k":{"type":"keyword"},
         "d":{"type":"date"},"b":{"type":"boolean"},"t":{"type":"text"},"short":{"type":"keyword","ignore_above":3}}
        """;

    // A server's index for single values, by its address: each test has a document in it.
    static readonly ConcurrentDictionary<Uri, Lazy<Task<string>>> s_valuesIndices = new();

    [Fact]
    public async Task Fields_not_mapped_are_mapped_by_their_first_value()
    {
        await IndexDocuments("""
            {"text":"abc","whole":1,"fraction":1.5,"flag":true,"date":"2015-06-02","time":"2015-06-02T05:02:12.117Z","digits":"12",
             "nothing":null,"empty":[],"list":["x","y"],"object":{"inner":"x","deep":{"n":1}}}
            """.ReplaceLineEndings(""));
        (await Http.GetAsync($"{Index}/_mapping")).Is(200, $$$$$$$$$$"""
            {"{{{{{{{{{{Index}}}}}}}}}}":{"mappings":{"properties":{
              "text":{"type":"text","fields":{"keyword":{"type":"keyword","ignore_above":256}}},
              "whole":{"type":"long"},"fraction":{"type":"float"},"flag":{"type":"boolean"},"date":{"type":"date"},"time":{"type":"date"},
              "digits":{"type":"text"},"list":{"type":"text"},
              "object":{"properties":{"inner":{"type":"text"},"deep":{"properties":{"n":{"type":"long"}}}}}}}}}
            """);
        var properties = (await Http.GetAsync($"{Index}/_mapping")).Json[Index]!["mappings"]!["properties"]!.AsObject();
        Assert.False(properties.ContainsKey("nothing"));
        Assert.False(properties.ContainsKey("empty"));
        foreach (var query in (string[])["text:abc", "text.keyword:abc", "whole:1", "flag:true", "object.inner:x", "object.deep.n:1", "list:y"])
            (await Http.GetAsync($"{Index}/_count?q={query}")).Is(200, """{"count":1}""");
    }

    [Fact]
    public async Task Where_the_mapping_is_not_dynamic_other_fields_are_stored_only()
    {
        await CreateIndex("""{"n":{"type":"long"}}""", dynamic: "false");
        await IndexDocuments("""{"n":1,"other":2}""");
        Assert.Equal(1, (await Search("""{"query":{"term":{"n":1}}}""")).Total);
        Assert.Equal(0, (await Search("""{"query":{"term":{"other":2}}}""")).Total);
        (await Http.GetAsync($"{Index}/_doc/1")).Is(200, """{"_source":{"n":1,"other":2}}""");
        (await Http.GetAsync($"{Index}/_mapping")).Is(200, $$$$"""{"{{{{Index}}}}":{"mappings":{"dynamic":"false"}}}""");
    }

    [Fact]
    public async Task Where_the_mapping_is_strict_other_fields_are_refused()
    {
        await CreateIndex("""{"n":{"type":"long"}}""", dynamic: "strict");
        (await Http.PutAsync($"{Index}/_doc/1", """{"n":1,"other":2}""")).IsError(400, "strict_dynamic_mapping_exception").Says("[other]");
        (await Http.GetAsync($"{Index}/_doc/1")).Is(404);
    }

    [Fact]
    public async Task A_mapping_grows_and_does_not_change()
    {
        await CreateIndex("""{"n":{"type":"long"}}""");
        (await Http.PutAsync($"{Index}/_mapping", """{"properties":{"k":{"type":"keyword"},"n":{"type":"long"}}}"""))
            .Is(200, """{"acknowledged":true}""");
        (await Http.GetAsync($"{Index}/_mapping")).Is(200, $$$$$$"""
            {"{{{{{{Index}}}}}}":{"mappings":{"properties":{"n":{"type":"long"},"k":{"type":"keyword"}}}}}
            """);
        (await Http.PutAsync($"{Index}/_mapping", """{"properties":{"more":{"type":"date"},"n":{"type":"keyword"}}}"""))
            .IsError(400, "illegal_argument_exception").Says("mapper [n] cannot be changed from type [long] to [keyword]");
        Assert.Null((await Http.GetAsync($"{Index}/_mapping")).Json[Index]!["mappings"]!["properties"]!["more"]);
        (await Http.PutAsync($"{Index}/_mapping", """{"properties":{"x":{"type":"nosuch"}}}""")).IsError(400, "mapper_parsing_exception");
        (await Http.PutAsync($"{Index}/_mapping", """{"dynamic":"strict"}""")).Is(200);
        (await Http.PutAsync($"{Index}/_doc/1", """{"other":2}""")).IsError(400, "strict_dynamic_mapping_exception");
    }

    [Theory]
    [InlineData("""{"n":"5"}""", "n:5")]
    [InlineData("""{"n":1.7}""", "n:1")]
    [InlineData("""{"n":"1.7"}""", "n:1")]
    [InlineData("""{"n":-9223372036854775808}""", "n:\"-9223372036854775808\"")]
    [InlineData("""{"n":9223372036854775807}""", "n:9223372036854775807")]
    [InlineData("""{"n":null}""", "NOT _exists_:n")]
    [InlineData("""{"n":""}""", "NOT _exists_:n")]
    [InlineData("""{"i":2147483647}""", "i:2147483647")]
    [InlineData("""{"b":"true"}""", "b:true")]
    [InlineData("""{"b":""}""", "b:false")]
    [InlineData("""{"d":"2015-06-02"}""", "d:2015\\-06\\-02")]
    [InlineData("""{"d":"2015-06-02T01:02:03.456+02:00"}""", "d:\"2015-06-01T23:02:03.456Z\"")]
    [InlineData("""{"d":1433221332117}""", "d:\"2015-06-02T05:02:12.117Z\"")]
    [InlineData("""{"d":"1433221332117"}""", "d:1433221332117")]
    [InlineData("""{"d":-1}""", "d:\"1969-12-31T23:59:59.999Z\"")]
    [InlineData("""{"k":5}""", "k:5")]
    [InlineData("""{"k":1.50}""", "k:1.50")]
    [InlineData("""{"k":true}""", "k:true")]
    [InlineData("""{"k":""}""", "k:\"\"")]
    [InlineData("""{"k":["a","b"]}""", "k:a AND k:b")]
    [InlineData("""{"k":[]}""", "NOT _exists_:k")]
    [InlineData("""{"k":[[["a"]]]}""", "k:a")]
    [InlineData("""{"f":"1e3"}""", "f:1000")]
    [InlineData("""{"t":5}""", "t:5")]
    [InlineData("""{"short":"abcd"}""", "NOT _exists_:short")]
    [InlineData("""{"short":["abcd","abc"]}""", "short:abc")]
    [InlineData("{}", "NOT _exists_:n")]
    public async Task A_value_is_taken_for_what_it_says(string source, string query)
    {
        var (index, id) = (await ValuesIndex(), UniqueName());
        (await Http.PutAsync($"{index}/_doc/{id}?refresh=true", source)).Is(201);
        var clauses = $$"""{"must":{"query_string":{"query":{{JsonSerializer.Serialize(query)}} } },"filter":{"ids":{"values":["{{id}}"]} } }""";
        (await Http.PostAsync($"{index}/_count", $$"""{"query":{"bool":{{clauses}} } }""")).Is(200, """{"count":1}""");
        (await Http.GetAsync($"{index}/_doc/{id}")).Is(200, $$"""{"_source":{{source}}}""");
    }

    [Theory]
    [InlineData("""{"n":"x"}""")]
    [InlineData("""{"n":99999999999999999999}""")]
    [InlineData("""{"n":true}""")]
    [InlineData("""{"n":{"a":1}}""")]
    [InlineData("""{"i":3000000000}""")]
    [InlineData("""{"s":40000}""")]
    [InlineData("""{"f":"x"}""")]
    [InlineData("""{"b":"yes"}""")]
    [InlineData("""{"b":1}""")]
    [InlineData("""{"d":"tomorrow"}""")]
    [InlineData("""{"d":"2015-13-01"}""")]
    [InlineData("""{"d":""}""")]
    [InlineData("""{"d":true}""")]
    [InlineData("""{"k":{"a":1}}""")]
    [InlineData("""{"n":1""")]
    [InlineData("""{"n":1,"n":2}""")]
    [InlineData("""{"n":1}}""")]
    [InlineData("""{"n":1}{"n":2}""")]
    [InlineData("""{"_id":"b"}""")]
    [InlineData("""{"_seq_no":1}""")]
    [InlineData("""{"_version":3}""")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    public async Task A_value_that_does_not_fit_refuses_the_document(string source)
    {
        var (index, id) = (await ValuesIndex(), UniqueName());
        (await Http.PutAsync($"{index}/_doc/{id}", source)).IsError(400, "mapper_parsing_exception");
        (await Http.GetAsync($"{index}/_doc/{id}")).Is(404);
    }

    Task<string> ValuesIndex() => s_valuesIndices.GetOrAdd(Http.Server, _ => new(async () =>
    {
        await CreateIndex(Fields);
        return Index;
    })).Value;
}
