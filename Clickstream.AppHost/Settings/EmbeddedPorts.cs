using Clickstream.Core.Settings;

namespace Clickstream.AppHost.Settings;

/// <summary>
/// The loopback ports of the embedded infrastructure under the AppHost. They are fixed, so that tools find it at the same place after
/// each start, and not the servers' usual ones, so that it does not meet a server that runs already.
/// </summary>
sealed record EmbeddedPorts(int Kafka, int PostgreSql, int Valkey, int OpenSearch)
{
    public static EmbeddedPorts Read(SettingsReader settings) => new(
        Port(settings, "Kafka", 19092), Port(settings, "PostgreSql", 15432), Port(settings, "Valkey", 16379), Port(settings, "OpenSearch", 19200));

    static int Port(SettingsReader settings, string server, int byDefault) =>
        (int)settings.Integer($"Clickstream:Ports:{server}", byDefault, 1, 65535);
}
