using System.Globalization;
using Clickstream.Core.Errors;

namespace Clickstream.AppHost.Settings;

/// <summary>What the AppHost does where it was built without Aspire: the same as <c>clickstream up</c>.</summary>
static class EmbeddedUp
{
    public const string Notice = "Built without Aspire, which this machine's package sources did not carry: no dashboard and no containers. "
        + "Running the embedded pipeline, the same as `clickstream up`.";

    /// <summary>The command's arguments for what was asked of the AppHost.</summary>
    /// <exception cref="ClickstreamException">Aiven was asked for, and what runs here would not be that.</exception>
    public static string[] Arguments(AppHostSettings settings)
    {
        if (settings.Mode == InfrastructureMode.Aiven)
        {
            throw new ClickstreamException(ExitCode.NotInstalled,
                "this AppHost was built without Aspire, and runs the embedded infrastructure only; for Aiven's services build it where the "
                + "package sources carry Aspire, or start the services with the environment that `clickstream env` prints");
        }
        string[] consumers = ["up", "--consumers", settings.Consumers.ToString(CultureInfo.InvariantCulture)];
        return settings.OpenSearch ? [.. consumers, "--opensearch"] : consumers;
    }
}
