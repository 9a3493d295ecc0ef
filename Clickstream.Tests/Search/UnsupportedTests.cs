using System.Net;

namespace Clickstream.Tests.Search;

/// <summary>What the node does not know it refuses with 400 and the name of it, in OpenSearch's shape.</summary>
public sealed class UnsupportedTests
{
    [Theory]
    [InlineData("POST", "/i/_search", """{"query":{"fuzzy":{"k":"a"}}}""", "fuzzy")]
    [InlineData("POST", "/i/_search", """{"query":{"bool":{"perhaps":[]}}}""", "perhaps")]
    [InlineData("POST", "/i/_search", """{"query":{"range":{"t":{"gte":0,"relation":"within"}}}}""", "relation")]
    [InlineData("POST", "/i/_search", """{"query":{"range":{"t":{"gte":"now/d","time_zone":"Europe/Paris"}}}}""", "time_zone")]
    [InlineData("POST", "/i/_search", """{"query":{"match":{"k":{"query":"a","fuzziness":"AUTO"}}}}""", "fuzziness")]
    [InlineData("POST", "/i/_search", """{"aggs":{"a":{"significant_terms":{"field":"k"}}}}""", "significant_terms")]
    [InlineData("POST", "/i/_search", """{"aggs":{"a":{"terms":{"field":"k","include":"a.*"}}}}""", "include")]
    [InlineData("POST", "/i/_search", """{"aggs":{"a":{"terms":{"field":"k","min_doc_count":0}}}}""", "min_doc_count")]
    [InlineData("POST", "/i/_search", """{"aggs":{"a":{"date_histogram":{"field":"t","fixed_interval":"1d","time_zone":"+02:00"}}}}""", "time_zone")]
    [InlineData("POST", "/i/_search", """{"aggs":{"a":{"avg":{"field":"t","script":"1"}}}}""", "script")]
    [InlineData("POST", "/i/_search", """{"suggest":{}}""", "suggest")]
    [InlineData("POST", "/i/_search", """{"script_fields":{"x":{"script":"1"}}}""", "script_fields")]
    [InlineData("POST", "/i/_search", """{"sort":[{"t":{"order":"asc","mode":"min"}}]}""", "mode")]
    [InlineData("POST", "/i/_search?scroll=1m", "{}", "scroll")]
    [InlineData("PUT", "/j", """{"settings":{"analysis":{"analyzer":{"x":{"type":"custom"}}}}}""", "analysis")]
    [InlineData("PUT", "/j", """{"settings":{"number_of_shards":2}}""", "number_of_shards")]
    [InlineData("PUT", "/j", """{"mappings":{"properties":{"g":{"type":"geo_point"}}}}""", "geo_point")]
    [InlineData("PUT", "/j", """{"mappings":{"properties":{"k":{"type":"keyword","normalizer":"x"}}}}""", "normalizer")]
    [InlineData("PUT", "/j", """{"mappings":{"dynamic_templates":[]}}""", "dynamic_templates")]
    [InlineData("PUT", "/_index_template/t", """{"index_patterns":["x*"],"composed_of":["c"]}""", "composed_of")]
    [InlineData("PUT", "/_index_template/t", """{"index_patterns":["x*"],"data_stream":{}}""", "data_stream")]
    [InlineData("POST", "/_aliases", """{"actions":[{"remove_index":{"index":"i"}}]}""", "remove_index")]
    [InlineData("POST", "/i/_update/1", """{"script":{"source":"x"}}""", "script")]
    [InlineData("GET", "/_cat/indices?h=creation.date", null, "creation.date")]
    public async Task Is_refused_by_name(string method, string path, string? body, string name)
    {
        await using var search = await EmbeddedSearch.StartAsync();
        await search.DoAsync(HttpMethod.Put, "/i", """
            {"mappings":{"properties":{"t":{"type":"date"},"k":{"type":"keyword"},"n":{"type":"long"}}}}
            """);

        var (status, answer) = await search.SendAsync(new(method), path, body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(400, answer.GetProperty("status").GetInt32());
        var error = answer.GetProperty("error");
        Assert.Contains(name, error.GetProperty("root_cause")[0].GetRawText() + error.GetRawText(), StringComparison.Ordinal);
        Assert.NotEmpty(error.GetProperty("type").GetString()!);
        Assert.NotEmpty(error.GetProperty("reason").GetString()!);
    }

    [Theory]
    [InlineData("GET", "/i/_termvectors/1", 400)]
    [InlineData("POST", "/_sql", 405)]
    [InlineData("POST", "/_cluster/health", 405)]
    public async Task An_address_that_nobody_answers_is_an_error(string method, string path, int expected)
    {
        await using var search = await EmbeddedSearch.StartAsync();

        var (status, answer) = await search.SendAsync(new(method), path, "{}");

        Assert.Equal(expected, (int)status);
        Assert.Contains(path, answer.GetProperty("error").GetString()!, StringComparison.Ordinal);
    }
}
