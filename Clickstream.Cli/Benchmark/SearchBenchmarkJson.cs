namespace Clickstream.Cli.Benchmark;

/// <summary>The output of <c>benchmark search --json</c>.</summary>
/// <param name="Server">What the cluster says that it is.</param>
/// <param name="Opensearch">Whose it is: <c>embedded</c>, or named by the <c>environment</c>.</param>
/// <param name="Events">Documents of events.</param>
/// <param name="Sessions">Documents of sessions.</param>
/// <param name="Repeats">How often each search was sent, after one that is not counted.</param>
/// <param name="Searches">Each search.</param>
sealed record SearchBenchmarkJson(
    string Server, string Opensearch, long Events, long Sessions, int Repeats, IReadOnlyList<SearchLatencyJson> Searches);

/// <summary>How long a search takes, from the request to the last byte of the answer.</summary>
/// <param name="Name">What is searched, or the visualization's title.</param>
/// <param name="Hits">How many documents match.</param>
/// <param name="MedianMs">The median in milliseconds.</param>
/// <param name="MaxMs">The longest.</param>
/// <param name="FirstMs">The first one, which is not counted: it finds nothing prepared.</param>
sealed record SearchLatencyJson(string Name, long Hits, double MedianMs, double MaxMs, double FirstMs);
