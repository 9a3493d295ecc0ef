using System.Globalization;
using System.Reflection;
using Clickstream.Core.Errors;

namespace Clickstream.AppHost.Settings;

/// <summary>What the AppHost does where it was built without Aspire: the same as <c>clickstream up</c>, with the AppHost's settings.</summary>
static class EmbeddedUp
{
    public const string Notice = "Built without Aspire, which this machine's package sources did not carry: no dashboard and no containers. "
        + "Running the embedded pipeline, the same as `clickstream up`.";

    /// <summary>The project's folder, as the build has noted it; with Aspire, Aspire does so. What was built may have moved since.</summary>
    public static string AppHostDirectory { get; } = typeof(EmbeddedUp).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(static noted => noted.Key == nameof(AppHostDirectory))?.Value is { } noted && Directory.Exists(noted) ? noted : AppContext.BaseDirectory;

    /// <summary>The command's arguments for what was asked of the AppHost.</summary>
    /// <exception cref="ClickstreamException">Aiven was asked for, and what runs here would not be that.</exception>
    public static string[] Arguments(AppHostSettings settings, string appHostDirectory)
    {
        if (settings.Mode == InfrastructureMode.Aiven)
        {
            throw new ClickstreamException(ExitCode.NotInstalled,
                "this AppHost was built without Aspire, and runs the embedded infrastructure only; for Aiven's services build it where the "
                + "package sources carry Aspire, or start the services with the environment that `clickstream env` prints");
        }
        var ports = settings.Ports;
        string[] arguments =
        [
            "up", "--data-dir", settings.DataFolder(appHostDirectory), "--consumers", Text(settings.Consumers),
            "--kafka-port", Text(ports.Kafka), "--postgresql-port", Text(ports.PostgreSql), "--valkey-port", Text(ports.Valkey),
        ];
        return settings.OpenSearch ? [.. arguments, "--opensearch", "--opensearch-port", Text(ports.OpenSearch)] : arguments;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
