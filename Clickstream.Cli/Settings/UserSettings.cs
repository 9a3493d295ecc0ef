using Clickstream.Core.Settings;
using Clickstream.Local;
using Clickstream.ServiceDefaults;
using Microsoft.Extensions.Configuration;

namespace Clickstream.Cli.Settings;

/// <summary>What the user has set: environment variables, then <c>.env</c>, then Terraform's outputs.</summary>
sealed class UserSettings
{
    const string OpenSearchSwitch = "OpenSearch:Enabled";

    UserSettings(IConfiguration environment, SettingsSources sources) => (EnvironmentVariables, Sources) = (environment, sources);

    /// <summary>The first source alone.</summary>
    public IConfiguration EnvironmentVariables { get; }

    /// <summary>The other ones.</summary>
    public SettingsSources Sources { get; }

    /// <summary>Reads them.</summary>
    /// <exception cref="Core.Errors.ClickstreamException">A source cannot be read.</exception>
    public static async Task<UserSettings> LoadAsync(CancellationToken cancellationToken)
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        return new(environment, await SettingsSources.LoadAsync(environment, Environment.CurrentDirectory, TimeProvider.System, cancellationToken));
    }

    /// <summary>A setting and its source; null where it is not set.</summary>
    public SourcedSetting? Find(string key) =>
        EnvironmentVariables[key] is { Length: > 0 } text ? new(text, SettingSource.Environment) : Sources.Settings.GetValueOrDefault(key);

    /// <summary>Whether OpenSearch is switched on.</summary>
    public bool IsOpenSearchEnabled()
    {
        var reader = new SettingsReader(key => Find(key)?.Value);
        var isEnabled = reader.Flag(OpenSearchSwitch, false);
        reader.ThrowIfInvalid();
        return isEnabled;
    }

    /// <summary>The parts of the embedded infrastructure that no server is named for.</summary>
    /// <param name="withOpenSearch">OpenSearch is wanted, too.</param>
    public IReadOnlyList<string> MissingParts(bool withOpenSearch = false)
    {
        // Nothing works without the first two; where both are elsewhere, nothing embedded is wanted.
        List<string> missing = [];
        if (Find(ConnectionKey.Kafka) is null)
            missing.Add(PartName.Kafka);
        if (Find(ConnectionKey.Database) is null)
            missing.Add(PartName.PostgreSql);
        if (missing.Count > 0 && Find(ConnectionKey.Valkey) is null)
            missing.Add(PartName.Valkey);
        if (withOpenSearch && Find(ConnectionKey.OpenSearch) is null)
            missing.Add(PartName.OpenSearch);
        return missing;
    }
}
