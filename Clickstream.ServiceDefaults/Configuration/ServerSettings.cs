namespace Clickstream.ServiceDefaults;

/// <summary>
/// Which settings belong to one server: its connection string, and how it is to be trusted and spoken to. They are taken from one
/// source together: the certificates of one server are of no use with another.
/// </summary>
static class ServerSettings
{
    /// <summary>Where OpenSearch Dashboards is, which may carry a user and a password of the cluster.</summary>
    public const string DashboardsUrl = "OpenSearch:DashboardsUrl";

    /// <summary>The settings that go with a connection string, by its key.</summary>
    public static IReadOnlyDictionary<string, string[]> ByConnectionString { get; } = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        ["ConnectionStrings:kafka"] = ["Kafka:SecurityProtocol", "Kafka:SslCaPem", "Kafka:SslCertificatePem", "Kafka:SslKeyPem"],
        ["ConnectionStrings:clickstream"] = ["Postgres:SslCaPem"],
        ["ConnectionStrings:valkey"] = ["Valkey:SslCaPem"],
        ["ConnectionStrings:opensearch"] = ["OpenSearch:SslCaPem", DashboardsUrl],
    };

    /// <summary>Whether a setting may hold a password or a private key.</summary>
    public static bool MayBeSecret(string key) => (ByConnectionString.ContainsKey(key) && !key.Equals("ConnectionStrings:kafka", StringComparison.OrdinalIgnoreCase))
        || key.Equals("Kafka:SslKeyPem", StringComparison.OrdinalIgnoreCase) || key.Equals(DashboardsUrl, StringComparison.OrdinalIgnoreCase);

    /// <summary>The connection string that a setting goes with, or null.</summary>
    public static string? ConnectionStringOf(string key) =>
        ByConnectionString.FirstOrDefault(server => server.Value.Contains(key, StringComparer.OrdinalIgnoreCase)).Key;
}
