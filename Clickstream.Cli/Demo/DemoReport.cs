using System.Globalization;
using Clickstream.Cli.Commands;
using Clickstream.Cli.Output;
using Spectre.Console;
using static System.FormattableString;

namespace Clickstream.Cli.Demo;

/// <summary>What a demo found, as tables.</summary>
static class DemoReport
{
    public static void Write(IAnsiConsole console, DemoResult result)
    {
        console.WriteLine();
        var summary = new NamedLines();
        summary.Add("Rows of the file", Number(result.Rows));
        summary.Add("Events stored", $"{Number(result.Verification.Events)} distinct, {Number(result.Duplicates)} duplicates");
        summary.Add("Sessions", Number(result.Verification.Sessions));
        summary.Add("From file to PostgreSQL", Invariant($"{result.Time.TotalSeconds:0.0} s, {result.EventsPerSecond:N0} events/s"));
        summary.Write(console.Profile.Out.Writer);
        console.WriteLine();
        VerifyCommand.Report(console.Profile.Out.Writer, result.Verification);
        if (result.Verification.Events != result.DistinctRows)
        {
            Line(console, Invariant(
                $"NOT verified: the file has {result.DistinctRows:N0} distinct rows, and {result.Verification.Events:N0} are stored."));
        }
        if (result.DeadLetters > 0)
            Line(console, Invariant($"NOT verified: {result.DeadLetters:N0} records were refused; see the table dead_letters."));
        console.Write(Funnel(result));
        Line(console, $"Conversion: {Percent(result.Funnel.Buyers, result.Funnel.Viewers)} of the viewers bought something.");
        console.Write(TopItems(result));
    }

    // Not broken into several lines where the output is no terminal.
    static void Line(IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(text);

    static Table Funnel(DemoResult result)
    {
        var (viewers, carters, buyers) = result.Funnel;
        var table = NewTable("Funnel", "visitors", "of viewers", "of the step before");
        table.AddRow("viewed an item", Number(viewers), "", "");
        table.AddRow("added to cart", Number(carters), Percent(carters, viewers), Percent(carters, viewers));
        table.AddRow("bought", Number(buyers), Percent(buyers, viewers), Percent(buyers, carters));
        return table;
    }

    static Table TopItems(DemoResult result)
    {
        var table = NewTable("Top items", "views", "carts", "purchases");
        foreach (var item in result.TopItems)
            table.AddRow(Invariant($"item {item.ItemId}"), Number(item.Views), Number(item.Carts), Number(item.Purchases));
        return table;
    }

    static Table NewTable(string first, params IEnumerable<string> others)
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = true };
        table.AddColumn(new TableColumn(first).Width(18));
        foreach (var title in others)
            table.AddColumn(new TableColumn(title).RightAligned());
        return table;
    }

    static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    static string Percent(long part, long whole) => whole == 0 ? "-" : (100.0 * part / whole).ToString("0.00", CultureInfo.InvariantCulture) + " %";
}
