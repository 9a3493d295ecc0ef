using System.Data.Common;
using System.Globalization;

namespace Clickstream.AppHost.Settings;

/// <summary>How the embedded infrastructure is reached: all on loopback, and the database's password in a file that only its user can read.</summary>
/// <param name="DataDirectory">Its data folder.</param>
/// <param name="Ports">Where it listens.</param>
sealed record EmbeddedConnections(string DataDirectory, EmbeddedPorts Ports)
{
    /// <summary>The connection string of a name such as <c>kafka</c>.</summary>
    public string Of(string name) => ToSettings()[$"ConnectionStrings:{name}"];

    /// <summary>By the keys of the configuration contract.</summary>
    public IReadOnlyDictionary<string, string> ToSettings() => new Dictionary<string, string>
    {
        ["ConnectionStrings:kafka"] = Address(Ports.Kafka),
        ["ConnectionStrings:clickstream"] = new DbConnectionStringBuilder
        {
            ["Host"] = "127.0.0.1",
            ["Port"] = Ports.PostgreSql.ToString(CultureInfo.InvariantCulture),
            ["Username"] = "clickstream",
            ["Database"] = "clickstream",
            ["Passfile"] = Path.Combine(DataDirectory, "postgresql.pgpass"),
        }.ConnectionString,
        ["ConnectionStrings:valkey"] = Address(Ports.Valkey),
        ["ConnectionStrings:opensearch"] = $"http://{Address(Ports.OpenSearch)}",
    };

    static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
