using System.Globalization;
using System.Text;
using Clickstream.Core.Errors;
using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>The files of a sweep: a table, and the rates as a chart. They are whole after every point of the sweep.</summary>
sealed class SweepFiles
{
    const string Header =
        "partitions,consumers,events,events_per_second,floor_events_per_second,ratio,produce_events_per_second,"
        + "cpu_seconds_producer,cpu_seconds_consumer,cpu_seconds_broker,cpu_seconds_postgresql,consumer_peak_mb,verified";

    readonly string _csv;
    readonly string _svg;

    /// <summary>Makes the folder, if it is not there.</summary>
    /// <exception cref="ClickstreamException">It cannot be made.</exception>
    public SweepFiles(string folder)
    {
        (_csv, _svg) = (Path.Combine(folder, "sweep.csv"), Path.Combine(folder, "sweep.svg"));
        Try(() =>
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(_csv, Header + "\n");
        });
    }

    /// <summary>The table's file.</summary>
    public string Csv => _csv;

    /// <summary>The chart's file.</summary>
    public string Svg => _svg;

    /// <summary>Writes both.</summary>
    /// <exception cref="ClickstreamException">They cannot be written.</exception>
    public void Write(IReadOnlyList<BenchmarkJson> results) => Try(() =>
    {
        File.WriteAllText(_csv, ToCsv(results));
        using var chart = new StreamWriter(_svg, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        ToChart(results).Write(chart);
    });

    static string ToCsv(IReadOnlyList<BenchmarkJson> results)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var result in results)
        {
            var cpu = result.CpuSeconds;
            text.Append(Invariant($"{result.Partitions},{result.Consumers},{result.Events},{result.EventsPerSecond},{result.FloorEventsPerSecond},"))
                .Append(Invariant($"{result.Ratio},{result.ProduceEventsPerSecond},{cpu.Producer},{cpu.Consumer},{cpu.Broker},{cpu.Postgresql},"))
                .Append(Invariant($"{result.ConsumerPeakMb},{(result.Verified ? "true" : "false")}\n"));
        }
        return text.ToString();
    }

    static LineChart ToChart(IReadOnlyList<BenchmarkJson> results)
    {
        var lines = results.GroupBy(static result => result.Consumers).OrderBy(static group => group.Key)
            .Select(static group => new ChartLine(
                group.Key == 1 ? "1 consumer" : Invariant($"{group.Key} consumers"), IsDashed: false,
                [.. group.OrderBy(static result => result.Partitions).Select(static result => ((double)result.Partitions, (double)result.EventsPerSecond))]));
        // The floor knows nothing of partitions or consumers: where it was measured several times, the median counts.
        var floor = results.Where(static result => result.FloorEventsPerSecond > 0).GroupBy(static result => result.Partitions).OrderBy(static group => group.Key)
            .Select(static group => ((double)group.Key, Statistics.Median(group.Select(static result => (double)result.FloorEventsPerSecond))))
            .ToArray();
        var events = results[0].Events.ToString("N0", CultureInfo.InvariantCulture);
        return new($"From Kafka to PostgreSQL, {events} events", "Partitions", "Events stored per second",
            floor.Length == 0 ? [.. lines] : [.. lines, new ChartLine("Store floor", IsDashed: true, floor)]);
    }

    static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ClickstreamException(ExitCode.BadInput, $"the results cannot be written: {e.Message.TrimEnd('.')}; name another folder with --out", e);
        }
    }
}
