using System.CommandLine;
using Clickstream.Cli.Output;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Commands;

/// <summary><c>config show</c>: every setting that is in force and where it comes from.</summary>
sealed class ConfigShowCommand : CliCommand
{
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object" };

    public ConfigShowCommand()
        : base("show", "Show every setting and where it comes from; secrets are masked") => Add(_json);

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = await PipelineSettings.LoadAsync(context);
        var user = await context.UserSettingsAsync();
        var rows = KnownSettings.All.Select(known => settings.Find(known.Key) is { } setting
            ? new SettingJson(known.Key, Masked.Text(known.Key, setting.Value, isKnown: true), SourceNames.Of(setting.Source))
            : new SettingJson(known.Key, known.Default, SourceNames.Default));
        // What else stands in the file: meant for other programs, or misspelt.
        var others = user.Sources.Settings.Where(static setting => !KnownSettings.All.Any(known => known.Key.Equals(setting.Key, StringComparison.OrdinalIgnoreCase)))
            .Select(static setting => new SettingJson(setting.Key,
                setting.Key == SettingsSources.TerraformKey ? setting.Value.Value : Masked.Text(setting.Key, setting.Value.Value, isKnown: false),
                SourceNames.Of(setting.Value.Source)));
        SettingJson[] all = [.. rows, .. others];

        if (parsed.GetValue(_json))
            await context.Terminal.OutputWriter.WriteLineAsync(Json.Line(new ConfigJson(all), CliJson.Default.ConfigJson));
        else
            Write(context.Terminal.OutputWriter, all);
        return ExitCode.Success;
    }

    static void Write(TextWriter writer, SettingJson[] settings)
    {
        var key = settings.Max(static setting => setting.Key.Length) + 2;
        var source = settings.Max(static setting => setting.Source.Length) + 2;
        foreach (var setting in settings)
            writer.WriteLine($"{setting.Key.PadRight(key)}{setting.Source.PadRight(source)}{setting.Value}".TrimEnd());
    }
}
