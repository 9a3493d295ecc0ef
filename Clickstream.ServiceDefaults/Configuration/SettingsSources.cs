using Clickstream.Core.Errors;
using Clickstream.Core.Terraform;
using Microsoft.Extensions.Configuration;

namespace Clickstream.ServiceDefaults;

/// <summary>Where a setting comes from; an earlier source wins.</summary>
public enum SettingSource
{
    /// <summary>An environment variable or, for a service, an argument.</summary>
    Environment,

    /// <summary>The file <c>.env</c>, or the one that <see cref="EnvFile.PathVariable"/> names.</summary>
    EnvFile,

    /// <summary>Terraform's outputs, where <see cref="SettingsSources.TerraformKey"/> names them.</summary>
    Terraform,

    /// <summary>The infrastructure that runs in the data folder, for the command.</summary>
    Embedded,
}

/// <summary>A setting's text and where it comes from.</summary>
/// <param name="Value">The text. May be a secret.</param>
/// <param name="Source">The source.</param>
public sealed record SourcedSetting(string Value, SettingSource Source)
{
    /// <summary>Without the text.</summary>
    public override string ToString() => Source.ToString();
}

/// <summary>
/// The settings that environment and arguments leave open, from <c>.env</c> and then from Terraform's outputs. A server's connection
/// string and certificates come from one source together, see <see cref="ServerSettings"/>.
/// </summary>
public sealed class SettingsSources
{
    /// <summary>Names the folder of the Terraform configuration, or a file that <c>terraform output -json</c> was saved to.</summary>
    public const string TerraformKey = "Clickstream:TerraformOutputs";

    readonly Dictionary<string, SourcedSetting> _settings = new(StringComparer.OrdinalIgnoreCase);
    readonly IConfiguration _above;

    SettingsSources(IConfiguration above) => _above = above;

    /// <summary>By key, such as <c>Kafka:Topic</c>.</summary>
    public IReadOnlyDictionary<string, SourcedSetting> Settings => _settings;

    /// <summary>Whether Terraform's outputs were read.</summary>
    public bool HasTerraform { get; private set; }

    /// <summary>What the user should know of them; null where there is nothing.</summary>
    public string? Warning { get; private set; }

    /// <summary>Reads them.</summary>
    /// <param name="above">Environment and arguments, which win. A setting that is empty there is not set.</param>
    /// <param name="directory">The folder where <c>.env</c> is looked for, and from which relative paths start.</param>
    /// <param name="time">Tells whether certificates have expired.</param>
    /// <param name="cancellationToken">Ends terraform, too.</param>
    /// <exception cref="ClickstreamException">A source that was named, or a file that is there, cannot be read.</exception>
    public static async Task<SettingsSources> LoadAsync(
        IConfiguration above, string directory, TimeProvider time, CancellationToken cancellationToken)
    {
        var sources = new SettingsSources(above);
        if (EnvFile.PathIn(directory) is { } path && (EnvFile.IsNamed || File.Exists(path)))
            sources.AddFile(path);
        if ((above[TerraformKey] ?? sources.Find(TerraformKey)) is { Length: > 0 } terraform)
        {
            var outputs = await TerraformOutputs.ReadAsync(Path.GetFullPath(terraform, directory), time, cancellationToken);
            sources.Add(outputs.ToSettings(), SettingSource.Terraform);
            sources.HasTerraform = true;
        }
        return sources;
    }

    /// <summary>Adds them to a configuration that is made of what was above.</summary>
    public void AddTo(IConfigurationBuilder builder) =>
        builder.AddInMemoryCollection(_settings.Select(static setting => new KeyValuePair<string, string?>(setting.Key, setting.Value.Value)));

    /// <summary><c>Kafka__Topic</c> is <c>Kafka:Topic</c>, as for environment variables.</summary>
    static string ToKey(string name) => name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);

    void AddFile(string path)
    {
        var settings = EnvFile.Read(path).Select(static variable => new KeyValuePair<string, string>(ToKey(variable.Key), variable.Value)).ToArray();
        Add(settings, SettingSource.EnvFile);
        if (settings.Any(static setting => ServerSettings.MayBeSecret(setting.Key)) && EnvFile.IsReadableByOthers(path))
            Warning = $"{path} holds secrets, and others than you may read it; run: chmod 600 {path}";
    }

    void Add(IEnumerable<KeyValuePair<string, string>> settings, SettingSource source)
    {
        // Of two lines for the same setting the last one counts.
        var added = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in settings)
            added[key] = value;
        var isServerKnown = ServerSettings.ByConnectionString.Keys.Where(IsSet).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in added)
        {
            if (value.Length == 0 || IsSet(key) || (ServerSettings.ConnectionStringOf(key) is { } server && isServerKnown.Contains(server)))
                continue;
            _settings[key] = new(value, source);
        }
    }

    string? Find(string key) => _settings.GetValueOrDefault(key)?.Value;

    bool IsSet(string key) => !string.IsNullOrEmpty(_above[key]) || _settings.ContainsKey(key);
}
