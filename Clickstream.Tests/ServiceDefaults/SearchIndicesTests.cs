using System.Text.Json;
using System.Text.Json.Nodes;
using Clickstream.ServiceDefaults;

namespace Clickstream.Tests.ServiceDefaults;

public class SearchIndicesTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    public void A_template_is_made_ready_for_names_and_nodes(int dataNodes, int replicas)
    {
        var template = IndexTemplate.Load("shop", "dead-letters");
        Assert.Equal("shop-dead-letters", template.Name);
        Assert.True(template.Version >= 1);
        var json = JsonNode.Parse(template.For(dataNodes))!;
        Assert.Equal("""["shop-dead-letters","shop-dead-letters-*"]""", json["index_patterns"]!.ToJsonString());
        Assert.Equal(replicas, (int)json["template"]!["settings"]!["index"]!["number_of_replicas"]!);
    }

    [Theory]
    [InlineData("""{"a":{"type":"keyword"},"o":{"properties":{"n":{"type":"long"}}},"more":{"type":"text"}}""", null)]
    [InlineData("""{"o":{"properties":{"n":{"type":"long"}}}}""", "no field a, which is keyword in its template")]
    [InlineData("""{"a":{"type":"text"},"o":{"properties":{"n":{"type":"long"}}}}""", "field a of type text, which is keyword in its template")]
    [InlineData("""{"a":{"type":"keyword"},"o":{"properties":{"n":{"type":"double"}}}}""", "field o.n of type double, which is long in its template")]
    [InlineData("""{"a":{"type":"keyword"},"o":{"type":"nested"}}""", "field o of type nested, which is object in its template")]
    [InlineData(null, "no field a, which is keyword in its template")]
    public void What_an_index_has_otherwise_is_named(string? actual, string? difference)
    {
        var expected = JsonNode.Parse("""{"a":{"type":"keyword"},"o":{"properties":{"n":{"type":"long"}}}}""")!.AsObject();
        using var json = JsonDocument.Parse(actual ?? "null");
        Assert.Equal(difference, SearchIndices.Difference(expected, actual is null ? default : json.RootElement));
    }
}
