using System.Text.Json;
using System.Text.Json.Nodes;
using Clickstream.Cli.Search;

namespace Clickstream.Tests.Search;

/// <summary>What OpenSearch Dashboards imports: whole in itself, and in step with the index templates.</summary>
public sealed class SavedObjectsTests
{
    // The versions of the last migrations in Dashboards 2.x: without them an import would take the objects for much older ones.
    static readonly Dictionary<string, string> s_versions = new()
    {
        ["index-pattern"] = "7.6.0",
        ["visualization"] = "7.10.0",
        ["dashboard"] = "7.9.3",
    };

    public static TheoryData<string> Visualizations => [.. SavedObject.Of("visualization").Select(static saved => saved.Id)];

    public static TheoryData<string> Dashboards => [.. SavedObject.Of("dashboard").Select(static saved => saved.Id)];

    [Fact]
    public void Every_line_is_an_object_of_a_known_type_and_version()
    {
        Assert.All(SavedObject.All, static saved =>
        {
            Assert.Equal(s_versions[saved.Type], (string?)saved.Json["migrationVersion"]![saved.Type]);
            Assert.NotEmpty(saved.Title);
        });
        Assert.Equal(2, SavedObject.Of("index-pattern").Count());
        Assert.Equal(2, SavedObject.Of("dashboard").Count());
        Assert.InRange(SavedObject.Of("visualization").Count(), 5, int.MaxValue);
    }

    [Fact]
    public void Ids_and_titles_are_unique()
    {
        Assert.Equal(SavedObject.All.Length, SavedObject.All.DistinctBy(static saved => saved.Id).Count());
        Assert.Equal(SavedObject.All.Length, SavedObject.All.DistinctBy(static saved => saved.Title).Count());
    }

    [Fact]
    public void Every_reference_exists_and_stands_before_what_refers_to_it()
    {
        var seen = new HashSet<(string Type, string Id)>();
        foreach (var saved in SavedObject.All)
        {
            Assert.All(saved.References, reference => Assert.Contains((reference.Type, reference.Id), seen));
            seen.Add((saved.Type, saved.Id));
        }
    }

    [Fact]
    public void Every_visualization_is_on_a_dashboard() => Assert.Equal(
        SavedObject.Of("visualization").Select(static saved => saved.Id).Order(),
        SavedObject.Of("dashboard").SelectMany(static saved => saved.References).Select(static reference => reference.Id).Distinct().Order());

    [Theory]
    [InlineData("clickstream-events", "event_time")]
    [InlineData("clickstream-sessions", "session_start")]
    public void An_index_pattern_has_the_fields_of_its_template(string index, string time)
    {
        var pattern = SavedObject.Get(index);
        Assert.Equal((index + "*", time), (pattern.Title, (string?)pattern.Attributes["timeFieldName"]));
        var mapped = OpenSearchFiles.Template(index)["template"]!["mappings"]!["properties"]!.AsObject();
        var fields = pattern.Inner("fields").AsArray().Where(static field => !((string)field!["name"]!).StartsWith('_')).ToArray();
        Assert.Equal(mapped.Select(static field => field.Key).Order(), fields.Select(static field => (string)field!["name"]!).Order());
        Assert.All(fields, field =>
        {
            var mapping = mapped[(string)field!["name"]!]!;
            Assert.Equal((string?)mapping["type"], (string?)field["esTypes"]![0]);
            Assert.Equal(HasDocValues(mapping), (bool)field["aggregatable"]!);
            Assert.Equal(HasDocValues(mapping), (bool)field["readFromDocValues"]!);
        });
    }

    [Theory]
    [MemberData(nameof(Visualizations))]
    public void A_visualization_charts_fields_of_its_index_that_have_doc_values(string id)
    {
        var visualization = SavedObject.Get(id);
        Assert.Equal(SavedObject.IndexReference, (string?)visualization.SearchSource["indexRefName"]);
        Assert.Equal(visualization.Title, (string?)visualization.Inner("visState")["title"]);
        Assert.IsType<JsonObject>(visualization.Inner("uiStateJSON"));

        var mapped = OpenSearchFiles.Template(visualization.IndexPattern.Id)["template"]!["mappings"]!["properties"]!;
        Assert.All(visualization.Aggregations, aggregation =>
        {
            if ((string?)aggregation["params"]!["field"] is { } field)
                Assert.True(HasDocValues(mapped[field]!), field);
        });
        Assert.Contains(visualization.Aggregations, static aggregation => (string?)aggregation["schema"] == "metric");
        Assert.Distinct(visualization.Aggregations.Select(static aggregation => (string)aggregation["id"]!));
    }

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void A_dashboard_s_panels_do_not_overlap_and_refer_to_what_is_there(string id)
    {
        var dashboard = SavedObject.Get(id);
        var panels = dashboard.Inner("panelsJSON").AsArray();
        Assert.Equal(
            dashboard.References.Select(static reference => reference.Name).Order(),
            panels.Select(static panel => (string)panel!["panelRefName"]!).Order());
        Assert.Distinct(panels.Select(static panel => (string)panel!["panelIndex"]!));

        // The grid has 48 columns.
        var taken = new HashSet<(int, int)>();
        foreach (var grid in panels.Select(static panel => panel!["gridData"]!))
        {
            var (x, y, w, h) = ((int)grid["x"]!, (int)grid["y"]!, (int)grid["w"]!, (int)grid["h"]!);
            Assert.InRange(x + w, 1, 48);
            for (var i = 0; i < w * h; i++)
                Assert.True(taken.Add((x + (i % w), y + (i / w))), $"panel at {x}, {y}");
        }

        Assert.True(dashboard.Inner("optionsJSON").GetValueKind() == JsonValueKind.Object);
    }

    [Theory]
    [InlineData("auto", 1, "30m")]
    [InlineData("auto", 4, "1h")]
    [InlineData("auto", 7, "3h")]
    [InlineData("auto", 138, "1d")]
    [InlineData("auto", 400, "1w")]
    [InlineData("1h", 4, "1h")]
    [InlineData("1h", 5, "1h")]
    public void An_interval_is_the_one_that_dashboards_take(string interval, int days, string expected) =>
        Assert.Equal(expected, VisualizationInterval.Of(interval, mayGrow: interval == "auto", TimeSpan.FromDays(days)));

    [Fact]
    public void An_interval_grows_where_there_would_be_too_many_bars() =>
        Assert.Equal("12h", VisualizationInterval.Of("1h", mayGrow: true, TimeSpan.FromDays(60)));

    static bool HasDocValues(JsonNode mapping) => (bool?)mapping["doc_values"] != false;
}
