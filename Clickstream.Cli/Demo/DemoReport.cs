using System.Globalization;
using Clickstream.Cli.Commands;
using Clickstream.Cli.Output;
using Spectre.Console;
using static System.FormattableString;
using static Clickstream.Cli.Output.NumberTable;

namespace Clickstream.Cli.Demo;

/// <summary>What a demo found, as tables.</summary>
static class DemoReport
{
    const int FirstWidth = 18;

    public static void Write(IAnsiConsole console, DemoResult result)
    {
        console.WriteLine();
        var summary = new NamedLines();
        summary.Add("Rows of the file", Number(result.Rows));
        summary.Add("Events stored", $"{Number(result.Events)} distinct, {Number(result.Duplicates)} duplicates");
        summary.Add("Sessions", Number(result.Sessions));
        summary.Add("From file to PostgreSQL", Invariant($"{result.Time.TotalSeconds:0.0} s, {result.EventsPerSecond:N0} events/s"));
        if (result.Indexing is { } indexing)
        {
            summary.Add("In OpenSearch", Invariant($"{indexing.Verification.Events.Documents:N0} events and {indexing.Verification.Sessions.Documents:N0} sessions, indexed in {indexing.Time.TotalSeconds:0.0} s"));
        }
        summary.Write(console.Profile.Out.Writer);
        console.WriteLine();
        result.Verdict.Write(console.Profile.Out.Writer);
        if (result.Indexing is not null)
            VerifyCommand.Report(console.Profile.Out.Writer, result.Indexing.Verification);
        console.Write(Funnel(result));
        Line(console, $"Conversion: {Percent(result.Funnel.Buyers, result.Funnel.Viewers)} of the viewers bought something.");
        console.Write(TopItems(result));
    }

    // Not broken into several lines where the output is no terminal.
    static void Line(IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(text);

    static Table Funnel(DemoResult result)
    {
        var (viewers, carters, buyers) = result.Funnel;
        var table = NumberTable.New("Funnel", FirstWidth, "visitors", "of viewers", "of the step before");
        table.AddRow("viewed an item", Number(viewers), "", "");
        table.AddRow("added to cart", Number(carters), Percent(carters, viewers), Percent(carters, viewers));
        table.AddRow("bought", Number(buyers), Percent(buyers, viewers), Percent(buyers, carters));
        return table;
    }

    static Table TopItems(DemoResult result)
    {
        var table = NumberTable.New("Top items", FirstWidth, "views", "carts", "purchases");
        foreach (var item in result.TopItems)
            table.AddRow(Invariant($"item {item.ItemId}"), Number(item.Views), Number(item.Carts), Number(item.Purchases));
        return table;
    }

    static string Percent(long part, long whole) => whole == 0 ? "-" : (100.0 * part / whole).ToString("0.00", CultureInfo.InvariantCulture) + " %";
}
