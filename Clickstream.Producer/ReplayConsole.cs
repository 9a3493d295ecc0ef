using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clickstream.Core.Events;

namespace Clickstream.Producer;

/// <summary>What a replay says: to people on standard error, and its summary as JSON on standard output.</summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="isTerminal">Somebody watches standard error: the progress line is written over and over.</param>
sealed class ReplayConsole(TextWriter output, TextWriter error, bool isTerminal)
{
    const int MaxBadRows = 20;

    // Erases the line and returns to its start, before and after: whatever is written next takes the progress line's place.
    const string EraseLine = "\r\e[K";

    int _badRows;

    public static ReplayConsole System => new(Console.Out, Console.Error, !Console.IsErrorRedirected);

    /// <summary>How often the progress is worth a line.</summary>
    public TimeSpan ProgressInterval { get; } = isTerminal ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(5);

    public void BadRow(long lineNumber, EventError reason)
    {
        if (++_badRows > MaxBadRows)
            return;
        Say(string.Create(CultureInfo.InvariantCulture, $"line {lineNumber}: {reason.ToReason()}"));
        if (_badRows == MaxBadRows)
            Say("further bad rows are only counted");
    }

    public void Progress(long read, long sent, long rejected, double rowsPerSecond)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{read:N0} rows read, {sent:N0} sent, {rejected:N0} rejected, {rowsPerSecond:N0} rows/s");
        if (isTerminal)
            error.Write($"{EraseLine}{line}\r");
        else
            error.WriteLine(line);
    }

    public void Summary(ReplaySummary summary)
    {
        Say(string.Create(CultureInfo.InvariantCulture,
            $"{summary.Read:N0} rows read, {summary.Sent:N0} sent, {summary.Rejected:N0} rejected in {summary.Seconds:N1} s: {summary.EventsPerSecond:N0} events/s"));
        output.WriteLine(JsonSerializer.Serialize(summary, ReplayJson.Default.ReplaySummary));
        output.Flush();
    }

    void Say(string line)
    {
        if (isTerminal)
            error.Write(EraseLine);
        error.WriteLine(line);
    }
}

/// <summary>The result of a replay.</summary>
/// <param name="Read">Rows read and either handed to the client or rejected.</param>
/// <param name="Sent">Events that the brokers acknowledged.</param>
/// <param name="Rejected">Rows that are not valid events.</param>
/// <param name="Seconds">From the first row to the last acknowledgement.</param>
/// <param name="EventsPerSecond">Events sent in that time.</param>
sealed record ReplaySummary(long Read, long Sent, long Rejected, double Seconds, double EventsPerSecond)
{
    public static ReplaySummary Of(ProducerMetrics metrics, TimeSpan elapsed) => new(metrics.Read, metrics.Sent, metrics.Rejected,
        Math.Round(elapsed.TotalSeconds, 3), elapsed > TimeSpan.Zero ? Math.Round(metrics.Sent / elapsed.TotalSeconds) : 0);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ReplaySummary))]
sealed partial class ReplayJson : JsonSerializerContext;
