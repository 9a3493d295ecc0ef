namespace Clickstream.Local;

/// <summary>The parts' names on the command line and in the state file.</summary>
static class PartName
{
    public const string Kafka = "kafka";
    public const string PostgreSql = "postgresql";
    public const string Valkey = "valkey";
    public const string OpenSearch = "opensearch";
}
