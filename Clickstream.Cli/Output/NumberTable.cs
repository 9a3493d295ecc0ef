using System.Globalization;
using Spectre.Console;

namespace Clickstream.Cli.Output;

/// <summary>Tables whose first column names things and whose others are numbers.</summary>
static class NumberTable
{
    /// <summary>An empty one.</summary>
    /// <param name="first">The title of the first column, which may be empty.</param>
    /// <param name="width">The first column's width.</param>
    /// <param name="others">The titles of the others.</param>
    public static Table New(string first, int width, params IEnumerable<string> others)
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = true };
        table.AddColumn(new TableColumn(first).Width(width));
        foreach (var title in others)
            table.AddColumn(new TableColumn(title).RightAligned());
        return table;
    }

    /// <summary>A whole number, with its thousands apart.</summary>
    public static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
