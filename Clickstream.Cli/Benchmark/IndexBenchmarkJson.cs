namespace Clickstream.Cli.Benchmark;

/// <summary>The output of <c>benchmark index --json</c>. Figures are medians over the runs, peaks the largest.</summary>
/// <param name="Kind">Always <c>index</c>.</param>
/// <param name="Site">Where and when.</param>
/// <param name="Server">What the cluster says that it is.</param>
/// <param name="Opensearch">Whose it is: <c>embedded</c>, or named by the <c>environment</c>.</param>
/// <param name="Events">Rows of the generated file.</param>
/// <param name="DistinctEvents">Documents: rows, each counted once.</param>
/// <param name="Partitions">Partitions of the topic.</param>
/// <param name="DocumentsPerSecond">From the first record fetched to the last answer.</param>
/// <param name="FloorDocumentsPerSecond">The same documents as prepared requests, sent by a bare loop on as many connections.</param>
/// <param name="Ratio"><paramref name="DocumentsPerSecond"/> by <paramref name="FloorDocumentsPerSecond"/>, of each run with its floor.</param>
/// <param name="Verified">In every run as many documents are there as the file has distinct rows.</param>
/// <param name="IndexerPeakMb">Peak memory of the indexer.</param>
/// <param name="IndexerCpuSeconds">The indexer's CPU time, its start included.</param>
/// <param name="Runs">Each run's figures.</param>
sealed record IndexBenchmarkJson(
    string Kind, BenchmarkSite Site, string Server, string Opensearch, long Events, long DistinctEvents, int Partitions,
    long DocumentsPerSecond, long FloorDocumentsPerSecond, double Ratio, bool Verified, double IndexerPeakMb, double IndexerCpuSeconds,
    IReadOnlyList<IndexRunJson> Runs)
{
    public const string KindName = "index";
}

/// <summary>A run and the floor that was measured after it, with the figures of <see cref="IndexBenchmarkJson"/>.</summary>
sealed record IndexRunJson(
    long DocumentsPerSecond, long FloorDocumentsPerSecond, double Ratio, bool Verified, double Seconds, double IndexerPeakMb, double IndexerCpuSeconds);
