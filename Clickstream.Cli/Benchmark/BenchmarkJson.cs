using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Clickstream.Cli.Benchmark;

/// <summary>Where and when something was measured.</summary>
/// <param name="Time">When it began, UTC.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Processors">Processors of this machine.</param>
/// <param name="Kafka">Whose brokers: <c>embedded</c>, or named by the <c>environment</c>.</param>
/// <param name="Postgresql">Whose database server, likewise.</param>
/// <param name="PostgresqlVersion">What that server says it is.</param>
sealed record BenchmarkSite(DateTimeOffset Time, string Version, int Processors, string Kafka, string Postgresql, string PostgresqlVersion);

/// <summary>The output of <c>benchmark run --json</c>. Figures are medians over the runs, peaks the largest.</summary>
/// <param name="Kind">Always <c>run</c>.</param>
/// <param name="Site">Where and when.</param>
/// <param name="File">The user's file, null where one was generated.</param>
/// <param name="Events">Rows of the file.</param>
/// <param name="DistinctEvents">Events stored: rows, each counted once.</param>
/// <param name="Duplicates">Rows beyond those.</param>
/// <param name="Sessions">Sessions stored.</param>
/// <param name="Partitions">Partitions of the topic.</param>
/// <param name="Consumers">Consumer processes.</param>
/// <param name="ProduceEventsPerSecond">Events acknowledged, from the producer's first row to its last acknowledgement.</param>
/// <param name="EventsPerSecond">End to end: distinct events stored, from the first record fetched to the last commit.</param>
/// <param name="FloorEventsPerSecond">The same distinct events with their sessions, sent to PostgreSQL alone.</param>
/// <param name="Ratio"><paramref name="EventsPerSecond"/> by <paramref name="FloorEventsPerSecond"/>.</param>
/// <param name="Verified">In every run the sessions are what the events say, and every row is accounted for.</param>
/// <param name="StartSeconds">From the start of the first consumer's process until the last consumer was ready.</param>
/// <param name="JoinSeconds">From there to the first record fetched.</param>
/// <param name="ConsumerPeakMb">Peak memory of the largest consumer of any run.</param>
/// <param name="CpuSeconds">The producer's while it produced, the others' while the consumers consumed.</param>
/// <param name="PeakMb">Peak memory of each process, since its start, in any run.</param>
/// <param name="FloorCpuSeconds">PostgreSQL's while the floor was measured, null where it is not known.</param>
/// <param name="Runs">Each run's figures.</param>
/// <param name="SessionFeed">The consumers also wrote down which sessions change.</param>
sealed record BenchmarkJson(
    string Kind, BenchmarkSite Site, string? File, long Events, long DistinctEvents, long Duplicates, long Sessions, int Partitions, int Consumers,
    long ProduceEventsPerSecond, long EventsPerSecond, long FloorEventsPerSecond, double Ratio, bool Verified,
    double StartSeconds, double JoinSeconds, double? ConsumerPeakMb, ByProcess CpuSeconds, ByProcess PeakMb, double? FloorCpuSeconds,
    IReadOnlyList<RunJson> Runs, bool SessionFeed = false)
{
    public const string KindName = "run";
}

/// <summary>
/// A run and the floor that was measured after it, with the figures of <see cref="BenchmarkJson"/>; the seconds are those from the first
/// record fetched to the last commit, and from the floor's first BEGIN to its last COMMIT.
/// </summary>
sealed record RunJson(
    long ProduceEventsPerSecond, long EventsPerSecond, long FloorEventsPerSecond, double Ratio, bool Verified, double Seconds, double FloorSeconds,
    double StartSeconds, double JoinSeconds, ByProcess CpuSeconds, ByProcess PeakMb, double? FloorCpuSeconds);

/// <summary>The output of <c>benchmark ramp --json</c>. Latencies run from the produce call to the moment that the commit is seen.</summary>
/// <param name="Kind">Always <c>ramp</c>.</param>
/// <param name="Site">Where and when.</param>
/// <param name="Partitions">Partitions of the topic.</param>
/// <param name="Consumers">Consumer processes.</param>
/// <param name="SecondsPerStep">How long each rate was held.</param>
/// <param name="Lone">Single events, each sent when the one before was visible.</param>
/// <param name="HighestRateHeld">The highest rate at which the lag did not grow; null where it grew at every rate.</param>
/// <param name="Steps">The rates, rising.</param>
sealed record RampJson(
    string Kind, BenchmarkSite Site, int Partitions, int Consumers, double SecondsPerStep, LatencyJson Lone,
    int? HighestRateHeld, IReadOnlyList<RampStepJson> Steps)
{
    public const string KindName = "ramp";
}

/// <summary>A rate and what came of it.</summary>
/// <param name="EventsPerSecond">The rate that was asked for.</param>
/// <param name="SentPerSecond">The rate that was reached.</param>
/// <param name="Held">It was reached, and the lag did not grow.</param>
/// <param name="Lag">Events sent and not yet visible, in the mean over the last quarter of the time.</param>
/// <param name="Latency">How long events took.</param>
sealed record RampStepJson(int EventsPerSecond, long SentPerSecond, bool Held, long Lag, LatencyJson Latency);

/// <summary>
/// Percentiles in milliseconds of so many events; each is the latency of one of them. The resolution is the mean time between two looks
/// at what is committed: by up to that much the latencies are too long.
/// </summary>
sealed record LatencyJson(long Events, double P50Ms, double P95Ms, double P99Ms, double MaxMs, double ResolutionMs)
{
    /// <summary>Of what a log has taken down.</summary>
    public static LatencyJson Of(double[] latencies, ReadOnlySpan<LagSample> looks)
    {
        Array.Sort(latencies);
        var resolution = looks.Length > 1 ? Stopwatch.GetElapsedTime(looks[0].At, looks[^1].At) / (looks.Length - 1) : TimeSpan.Zero;
        return new(latencies.Length, At(50), At(95), At(99), At(100), Math.Round(resolution.TotalMilliseconds, 2));

        double At(double percent) => Math.Round(Statistics.Percentile(latencies, percent), 3);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BenchmarkJson))]
[JsonSerializable(typeof(RampJson))]
[JsonSerializable(typeof(IndexBenchmarkJson))]
[JsonSerializable(typeof(SearchBenchmarkJson))]
sealed partial class BenchmarkJsonContext : JsonSerializerContext;
