using Clickstream.Core.Errors;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// The arguments of a service. Settings are for the configuration system; it would take a switch without a value to be followed by
/// one, and pass over what it does not understand, so both are dealt with here.
/// </summary>
static class ServiceArguments
{
    const string ExitWithParent = "--exit-with-parent";

    /// <summary>Splits the switches of services from settings.</summary>
    /// <exception cref="ClickstreamException">An argument is neither.</exception>
    public static (string[] Settings, bool ExitWithParent) Parse(string[] args)
    {
        var settings = new List<string>(args.Length);
        var exitWithParent = false;
        for (var i = 0; i < args.Length; i++)
        {
            var argument = args[i];
            if (argument == ExitWithParent)
            {
                exitWithParent = true;
                continue;
            }
            var isKey = argument.StartsWith("--", StringComparison.Ordinal) && argument.Length > 2;
            if (isKey && argument.Contains('='))
            {
                settings.Add(argument);
            }
            else if (isKey && i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                settings.Add($"{argument}={args[++i]}");
            }
            else
            {
                throw new ClickstreamException(ExitCode.Usage, $"unexpected argument '{argument}'; settings are given as --Section:Name=value");
            }
        }
        return ([.. settings], exitWithParent);
    }
}
