using Clickstream.Core.Settings;

namespace Clickstream.AppHost.Settings;

/// <summary>What the services run on. It changes what stands behind the connection names, never the services.</summary>
enum InfrastructureMode
{
    /// <summary>Local containers: Docker or Podman.</summary>
    Containers,

    /// <summary>Aiven's services, as Terraform has made them.</summary>
    Aiven,

    /// <summary>Clickstream.Local, one process on this machine.</summary>
    Embedded,
}

static class InfrastructureModes
{
    public const string Key = "Clickstream:Mode";

    static readonly Dictionary<string, InfrastructureMode> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["containers"] = InfrastructureMode.Containers,
        ["aiven"] = InfrastructureMode.Aiven,
        ["embedded"] = InfrastructureMode.Embedded,
    };

    /// <summary>Reads the mode; one that is not known is an error that names those that are.</summary>
    public static InfrastructureMode Read(SettingsReader settings) =>
        s_names[settings.Text(Key, "containers", string.Join(", ", s_names.Keys), s_names.ContainsKey)!];
}
