using Clickstream.Core.Settings;
using Microsoft.Extensions.Configuration;

namespace Clickstream.AppHost.Settings;

/// <summary>What a user of the AppHost may choose: on its command line, in environment variables, or in appsettings.json.</summary>
/// <param name="Mode">What the services run on.</param>
/// <param name="Consumers">Consumers of the group that stores into PostgreSQL.</param>
/// <param name="OpenSearch">There is search: OpenSearch, its dashboards and the indexer.</param>
/// <param name="TerraformOutputs">A file with what <c>terraform output -json</c> prints; null: it is run in <c>terraform/</c>.</param>
/// <param name="DataDirectory">Where the embedded infrastructure keeps its data; null: <c>.clickstream</c> beside the solution.</param>
/// <param name="Ports">Where the embedded infrastructure listens.</param>
sealed record AppHostSettings(
    InfrastructureMode Mode, int Consumers, bool OpenSearch, string? TerraformOutputs, string? DataDirectory, EmbeddedPorts Ports)
{
    const int MaxConsumers = 64;

    /// <summary>The full path of the data folder; a relative one is beside the solution.</summary>
    public string DataFolder(string appHostDirectory) => Path.GetFullPath(DataDirectory ?? ".clickstream", Path.GetFullPath("..", appHostDirectory));

    /// <exception cref="Core.Errors.ClickstreamException">A value is not allowed; the message names all such.</exception>
    public static AppHostSettings Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(key => configuration[key]);
        var settings = new AppHostSettings(
            InfrastructureModes.Read(reader),
            (int)reader.Integer("Clickstream:Consumers", 1, 1, MaxConsumers),
            OpenSearchOptions.Read(reader).Enabled,
            reader.Text("Clickstream:TerraformOutputs"),
            reader.Text("CLICKSTREAM_DATA_DIR"),
            EmbeddedPorts.Read(reader));
        reader.ThrowIfInvalid();
        return settings;
    }
}
