using Clickstream.Cli.Output;
using Clickstream.Cli.Settings;

namespace Clickstream.Cli;

/// <summary>What every command is given.</summary>
/// <param name="Folder">The data folder.</param>
/// <param name="Terminal">Where it writes.</param>
/// <param name="Stop">The user wants an end.</param>
/// <param name="Hurry">The user wants it now.</param>
sealed record CommandContext(DataDirectory Folder, Terminal Terminal, CancellationToken Stop, CancellationToken Hurry)
{
    Task<UserSettings>? _userSettings;

    /// <summary>What the user has set, read once: that may mean to run terraform.</summary>
    public Task<UserSettings> UserSettingsAsync() => _userSettings ??= ReadUserSettingsAsync();

    async Task<UserSettings> ReadUserSettingsAsync()
    {
        var settings = await UserSettings.LoadAsync(Stop);
        if (settings.Sources.Warning is { } warning)
            Terminal.Warn(warning);
        return settings;
    }
}
