using System.Globalization;
using System.Xml;
using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="IsDashed">Not a result, but what results are compared with.</param>
/// <param name="Points">From left to right.</param>
sealed record ChartLine(string Name, bool IsDashed, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A line chart as SVG: a title, axes with titles, ticks and a grid, a legend.</summary>
/// <param name="Title">Above it.</param>
/// <param name="XTitle">What goes to the right, with its unit.</param>
/// <param name="YTitle">What goes up, with its unit. It begins at 0.</param>
/// <param name="Lines">One at least, each with one point at least.</param>
sealed record LineChart(string Title, string XTitle, string YTitle, IReadOnlyList<ChartLine> Lines)
{
    const string Namespace = "http://www.w3.org/2000/svg";
    const int Width = 860, Height = 480;
    const int Left = 90, Right = 650, Top = 60, Bottom = 410;
    const int LegendLeft = 674, LegendStep = 24;
    const string DashedColor = "#555555";

    // Told apart by colour-blind people too (Okabe and Ito).
    static readonly string[] s_colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

    double MaxX => Lines.Max(static line => line.Points.Max(static point => point.X));

    double MinX => Lines.Min(static line => line.Points.Min(static point => point.X));

    /// <summary>Writes the chart as an XML document.</summary>
    public void Write(TextWriter output)
    {
        using var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, CloseOutput = false });
        xml.WriteStartElement("svg", Namespace);
        Attributes(xml, ("width", Width), ("height", Height), ("viewBox", $"0 0 {Width} {Height}"), ("font-family", "sans-serif"), ("font-size", 13));
        Element(xml, "rect", ("width", Width), ("height", Height), ("fill", "white"));
        Text(xml, Title, (Left + Right) / 2.0, 32, ("text-anchor", "middle"), ("font-size", 17), ("font-weight", "bold"));
        var step = NiceStep(Lines.Max(static line => line.Points.Max(static point => point.Y)));
        var maxY = step * Math.Max(1, Math.Ceiling(Lines.Max(static line => line.Points.Max(static point => point.Y)) / step));
        WriteAxes(xml, step, maxY);
        foreach (var (index, line) in Lines.Index())
            WriteLine(xml, index, line, maxY);
        xml.WriteEndElement();
    }

    /// <summary>A step of 1, 2 or 5 times a power of ten that divides the axis into some five parts.</summary>
    internal static double NiceStep(double max)
    {
        if (max <= 0)
            return 1;
        var raw = max / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * ((raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    void WriteAxes(XmlWriter xml, double step, double maxY)
    {
        for (var y = 0.0; y <= maxY + step / 2; y += step)
        {
            var at = ToY(y, maxY);
            Element(xml, "line", ("x1", Left), ("x2", Right), ("y1", at), ("y2", at), ("stroke", y == 0 ? "black" : "#DDDDDD"));
            Text(xml, y.ToString(step < 1 ? "G3" : "N0", CultureInfo.InvariantCulture), Left - 8, at + 4, ("text-anchor", "end"));
        }
        foreach (var x in Lines.SelectMany(static line => line.Points).Select(static point => point.X).Distinct().Order())
        {
            var at = ToX(x);
            Element(xml, "line", ("x1", at), ("x2", at), ("y1", Bottom), ("y2", Bottom + 5), ("stroke", "black"));
            Text(xml, x.ToString("G", CultureInfo.InvariantCulture), at, Bottom + 20, ("text-anchor", "middle"));
        }
        Element(xml, "line", ("x1", Left), ("x2", Left), ("y1", Top), ("y2", Bottom), ("stroke", "black"));
        Text(xml, XTitle, (Left + Right) / 2.0, Bottom + 46, ("text-anchor", "middle"));
        Text(xml, YTitle, 0, 0, ("text-anchor", "middle"), ("transform", Invariant($"translate(22 {(Top + Bottom) / 2.0}) rotate(-90)")));
    }

    void WriteLine(XmlWriter xml, int index, ChartLine line, double maxY)
    {
        var color = line.IsDashed ? DashedColor : s_colors[index % s_colors.Length];
        var dashes = line.IsDashed ? "7 5" : "none";
        var points = string.Join(' ', line.Points.Select(point => Invariant($"{ToX(point.X):0.##},{ToY(point.Y, maxY):0.##}")));
        Element(xml, "polyline", ("points", points), ("fill", "none"), ("stroke", color), ("stroke-width", 2.5), ("stroke-dasharray", dashes));
        foreach (var (x, y) in line.Points)
            Element(xml, "circle", ("cx", ToX(x)), ("cy", ToY(y, maxY)), ("r", 4), ("fill", color));

        var legend = Top + 10 + index * LegendStep;
        Element(xml, "line", ("x1", LegendLeft), ("x2", LegendLeft + 30), ("y1", legend), ("y2", legend),
            ("stroke", color), ("stroke-width", 2.5), ("stroke-dasharray", dashes));
        Text(xml, line.Name, LegendLeft + 38, legend + 4);
    }

    // A chart of one place has it in the middle.
    double ToX(double x) => MaxX > MinX ? Left + 20 + (x - MinX) / (MaxX - MinX) * (Right - Left - 40) : (Left + Right) / 2.0;

    static double ToY(double y, double max) => Bottom - y / max * (Bottom - Top);

    static void Element(XmlWriter xml, string name, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        xml.WriteStartElement(name, Namespace);
        Attributes(xml, attributes);
        xml.WriteEndElement();
    }

    static void Text(XmlWriter xml, string text, double x, double y, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        xml.WriteStartElement("text", Namespace);
        Attributes(xml, ("x", x), ("y", y));
        Attributes(xml, attributes);
        xml.WriteString(text);
        xml.WriteEndElement();
    }

    static void Attributes(XmlWriter xml, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        foreach (var (name, value) in attributes)
            xml.WriteAttributeString(name, value is double number ? number.ToString("0.##", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture));
    }
}
