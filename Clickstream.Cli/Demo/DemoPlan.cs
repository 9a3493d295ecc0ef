using System.Globalization;

namespace Clickstream.Cli.Demo;

/// <summary>What a demo does.</summary>
/// <param name="Events">Rows of the file.</param>
/// <param name="Partitions">Partitions of the topic.</param>
/// <param name="Seed">Which events.</param>
/// <param name="WithOpenSearch">They are indexed, too.</param>
sealed record DemoPlan(long Events, int Partitions, long Seed, bool WithOpenSearch)
{
    public const string Topic = "clickstream-demo";
    public const string Schema = "clickstream_demo";
    public const string Group = "clickstream-demo";

    /// <summary>What the demo's services are told beside the connections.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Kafka:Topic"] = Topic,
        ["Kafka:Partitions"] = Partitions.ToString(CultureInfo.InvariantCulture),
        ["Postgres:Schema"] = Schema,
        ["Consumer:GroupId"] = Group,
        ["Indexer:GroupId"] = Group + "-opensearch",
        ["OpenSearch:IndexPrefix"] = Group,
    };
}
