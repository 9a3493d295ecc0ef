using System.Diagnostics;
using System.Globalization;
using Clickstream.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;
using static System.FormattableString;

namespace Clickstream.Cli.Demo;

/// <summary>Shows a replay while it goes: bars on a terminal, a line now and then elsewhere.</summary>
static class ReplayDisplay
{
    const int BarWidth = 32;

    static readonly TimeSpan s_lineInterval = TimeSpan.FromSeconds(2);

    /// <summary>Shows what <paramref name="replay"/> reports.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="total">Rows of the file.</param>
    /// <param name="replay">Calls the action that it is given with each progress.</param>
    public static async Task ShowAsync(Terminal terminal, long total, Func<Action<ReplayProgress>, Task> replay)
    {
        if (terminal.IsInteractive)
        {
            await terminal.Error.Live(Bars(default, total)).StartAsync(live => replay(progress => live.UpdateTarget(Bars(progress, total))));
            return;
        }
        var lastLine = Stopwatch.GetTimestamp();
        await replay(progress =>
        {
            if (progress.Stored < total && Stopwatch.GetElapsedTime(lastLine) < s_lineInterval)
                return;
            lastLine = Stopwatch.GetTimestamp();
            var (sent, stored, _, rate) = progress;
            terminal.Say(Invariant($"sent {sent:N0} of {total:N0}, stored {stored:N0}, lag {progress.Lag:N0}, {rate:N0} events/s"));
        });
    }

    static IRenderable Bars(ReplayProgress progress, long total)
    {
        var grid = new Grid()
            .AddColumn(new GridColumn().NoWrap().PadLeft(2).PadRight(2))
            .AddColumn(new GridColumn().NoWrap().PadRight(2))
            .AddColumn(new GridColumn().NoWrap().RightAligned().PadRight(0));
        var end = total.ToString("N0", CultureInfo.InvariantCulture);
        AddBar("Sent to Kafka", progress.Sent, "blue");
        AddBar("Stored in PostgreSQL", progress.Stored, "green");
        AddNumber("Lag", progress.Lag);
        AddNumber("Events/s", (long)progress.EventsPerSecond);
        return grid;

        void AddBar(string name, long value, string color)
        {
            var filled = (int)(BarWidth * Math.Min(value, total) / total);
            grid.AddRow(
                new Text(name),
                new Markup($"[{color}]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/]"),
                new Text(Invariant($"{value.ToString("N0", CultureInfo.InvariantCulture).PadLeft(end.Length)} / {end}")));
        }

        void AddNumber(string name, long value) =>
            grid.AddRow(new Text(name), new Text(""), new Text(value.ToString("N0", CultureInfo.InvariantCulture) + new string(' ', end.Length + 3)));
    }
}
