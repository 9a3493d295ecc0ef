namespace Clickstream.Cli.Settings;

/// <summary>The keys of the connection strings.</summary>
static class ConnectionKey
{
    public const string Kafka = "ConnectionStrings:kafka";
    public const string Database = "ConnectionStrings:clickstream";
    public const string Valkey = "ConnectionStrings:valkey";
    public const string OpenSearch = "ConnectionStrings:opensearch";
}
