using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Settings;

/// <summary>What sources of settings are called in the output of commands.</summary>
static class SourceNames
{
    public const string Default = "default";

    public static string Of(SettingSource source) => source switch
    {
        SettingSource.Environment => "environment",
        SettingSource.EnvFile => EnvFile.DefaultName,
        SettingSource.Terraform => "terraform",
        _ => "embedded",
    };
}
