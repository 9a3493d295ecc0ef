using System.Text.Json.Serialization;

namespace Clickstream.Cli.Benchmark;

/// <summary>A figure of each kind of process; null where it is not known.</summary>
/// <param name="Producer">The producer's.</param>
/// <param name="Consumer">The consumers' together.</param>
/// <param name="Broker">That of the embedded infrastructure's process, Clickstream.Local.</param>
/// <param name="Postgresql">That of all processes of the embedded PostgreSQL.</param>
sealed record ByProcess(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Producer = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Consumer = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Broker = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Postgresql = null)
{
    /// <summary>The figures that are known, with their names.</summary>
    [JsonIgnore]
    public IEnumerable<(string Name, double Value)> Known =>
        from figure in new (string Name, double? Value)[] { ("producer", Producer), ("consumer", Consumer), ("broker", Broker), ("postgresql", Postgresql) }
        where figure.Value is not null
        select (figure.Name, figure.Value ?? 0);

    /// <summary>A figure from the two of each kind of process.</summary>
    public ByProcess Combine(ByProcess other, Func<double, double, double> combine)
    {
        return new(
            Of(Producer, other.Producer), Of(Consumer, other.Consumer), Of(Broker, other.Broker), Of(Postgresql, other.Postgresql));

        double? Of(double? a, double? b) => a is { } x && b is { } y ? combine(x, y) : null;
    }

    /// <summary>The median of each kind of process.</summary>
    public static ByProcess Median(IReadOnlyCollection<ByProcess> figures)
    {
        return new(Of(static f => f.Producer), Of(static f => f.Consumer), Of(static f => f.Broker), Of(static f => f.Postgresql));

        double? Of(Func<ByProcess, double?> select) =>
            figures.Select(select).OfType<double>().ToArray() is { Length: > 0 } known ? Math.Round(Statistics.Median(known), 2) : null;
    }
}
