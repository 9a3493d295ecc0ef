using System.Xml.Linq;
using Clickstream.Cli.Benchmark;

namespace Clickstream.Tests.Cli.Benchmark;

public sealed class LineChartTests
{
    static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_chart_is_well_formed_and_has_titles_a_legend_and_a_line_for_each_series_inside_its_frame()
    {
        var chart = new LineChart("Rates <of> \"a\" & b", "Partitions", "Events per second",
        [
            new("1 consumer", false, [(1, 80_000), (2, 120_000), (6, 151_234.5)]),
            new("Store floor", true, [(1, 190_000), (6, 200_001)]),
        ]);

        var svg = Draw(chart);
        var texts = svg.Descendants(s_svg + "text").Select(static text => text.Value).ToArray();
        foreach (var text in (string[])[chart.Title, chart.XTitle, chart.YTitle, "1 consumer", "Store floor", "0", "100,000", "1", "2", "6"])
            Assert.Contains(text, texts);
        var lines = svg.Descendants(s_svg + "polyline").ToArray();
        Assert.Equal(["none", "7 5"], lines.Select(static line => line.Attribute("stroke-dasharray")!.Value));

        var width = double.Parse(svg.Root!.Attribute("width")!.Value, System.Globalization.CultureInfo.InvariantCulture);
        var height = double.Parse(svg.Root.Attribute("height")!.Value, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var point in svg.Descendants(s_svg + "circle"))
        {
            Assert.InRange((double)point.Attribute("cx")!, 0, width);
            Assert.InRange((double)point.Attribute("cy")!, 0, height);
        }
        Assert.Equal(5, svg.Descendants(s_svg + "circle").Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(42)]
    public void A_single_point_makes_a_chart_too(double y) =>
        Assert.DoesNotContain("NaN", Draw(new("t", "x", "y", [new("a", false, [(3, y)])])).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 1)]
    [InlineData(9.5, 2)]
    [InlineData(23, 5)]
    [InlineData(150_000, 50_000)]
    [InlineData(0.5, 0.1)]
    public void A_step_is_a_round_number(double max, double step) => Assert.Equal(step, LineChart.NiceStep(max), 1e-9);

    static XDocument Draw(LineChart chart)
    {
        using var text = new StringWriter();
        chart.Write(text);
        return XDocument.Parse(text.ToString());
    }
}
