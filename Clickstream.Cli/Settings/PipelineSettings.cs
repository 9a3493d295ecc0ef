using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.Core.Terraform;
using Clickstream.Local;
using Clickstream.ServiceDefaults;
using Microsoft.Extensions.Configuration;

namespace Clickstream.Cli.Settings;

/// <summary>A connection string and where it comes from.</summary>
sealed record Connection(string Text, SettingSource Source)
{
    /// <summary>The source in the output of commands.</summary>
    public string SourceName => SourceNames.Of(Source);
}

/// <summary>
/// The settings that the commands work with and hand on to the services: the user's first, then what runs in the data folder.
/// </summary>
sealed class PipelineSettings
{
    readonly Dictionary<string, string?> _overrides;
    readonly UserSettings _user;

    PipelineSettings(UserSettings user, LocalState? state, IReadOnlyDictionary<string, string?> overrides, bool isEmbeddedOnly)
    {
        _user = user;
        KafkaConnection = Choose(ConnectionKey.Kafka, state?.Kafka?.BootstrapServers);
        PostgresConnection = Choose(ConnectionKey.Database, state?.PostgreSql?.ConnectionString);
        ValkeyConnection = Choose(ConnectionKey.Valkey, state?.Valkey?.ConnectionString);
        OpenSearchConnection = Choose(ConnectionKey.OpenSearch, state?.OpenSearch?.Uri);

        _overrides = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, setting) in user.Sources.Settings)
            _overrides[key] = setting.Value;
        foreach (var (key, value) in overrides)
            _overrides[key] = value;
        foreach (var (key, connection) in Connections())
        {
            _overrides[key] = connection?.Text;
            // Settings about other servers than the embedded ones, which speak no TLS. Dashboards may well look at an embedded search node.
            if (connection is { Source: SettingSource.Embedded })
            {
                foreach (var other in ServerSettings.ByConnectionString[key].Where(static other => other != ServerSettings.DashboardsUrl))
                    _overrides[other] = null;
            }
        }
        Configuration = new ConfigurationBuilder().AddConfiguration(user.EnvironmentVariables).AddInMemoryCollection(_overrides).Build();

        Connection? Choose(string key, string? embedded) =>
            !isEmbeddedOnly && user.Find(key) is { } setting ? new(setting.Value, setting.Source)
            : embedded is not null ? new(embedded, SettingSource.Embedded)
            : null;
    }

    /// <summary>All settings, by the keys of the configuration contract.</summary>
    public IConfiguration Configuration { get; }

    public Connection? KafkaConnection { get; }

    public Connection? PostgresConnection { get; }

    /// <summary>Where Valkey is; its text may hold a password.</summary>
    public Connection? ValkeyConnection { get; }

    /// <summary>Where OpenSearch is; its text may hold a password.</summary>
    public Connection? OpenSearchConnection { get; }

    /// <summary>The settings of a user's command.</summary>
    public static Task<PipelineSettings> LoadAsync(CommandContext context) => LoadAsync(context, new Dictionary<string, string?>());

    /// <summary>The settings of a user's command, some of which the command decides itself.</summary>
    public static async Task<PipelineSettings> LoadAsync(CommandContext context, IReadOnlyDictionary<string, string?> overrides) =>
        new(await context.UserSettingsAsync(), LocalState.Load(context.Folder.Path), overrides, isEmbeddedOnly: false);

    /// <summary>Settings for the embedded infrastructure alone, whatever servers the user has named.</summary>
    public static async Task<PipelineSettings> EmbeddedAsync(CommandContext context, LocalState state, IReadOnlyDictionary<string, string?> overrides) =>
        new(await context.UserSettingsAsync(), state, overrides, isEmbeddedOnly: true);

    /// <exception cref="ClickstreamException">It is not known.</exception>
    public string RequireKafka() => KafkaConnection?.Text ?? throw NotUp("Kafka", ConnectionKey.Kafka);

    /// <exception cref="ClickstreamException">It is not known.</exception>
    public string RequirePostgres() => PostgresConnection?.Text ?? throw NotUp("PostgreSQL", ConnectionKey.Database);

    /// <exception cref="ClickstreamException">It is not known.</exception>
    public void RequireOpenSearch()
    {
        if (OpenSearchConnection is not null)
            return;
        throw new ClickstreamException(ExitCode.Unavailable, _user.Sources.HasTerraform
            ? TerraformOutputs.OpenSearchNotEnabled
            : $"OpenSearch is not up; start it with: clickstream up --opensearch --detach (or name a server in {VariableOf(ConnectionKey.OpenSearch)})");
    }

    /// <summary>A setting and its source; null where it is not set.</summary>
    public SourcedSetting? Find(string key) =>
        Connections().FirstOrDefault(server => server.Key.Equals(key, StringComparison.OrdinalIgnoreCase)) is { Key: not null } server
            ? server.Connection is { } connection ? new(connection.Text, connection.Source) : null
            : Configuration[key] is { Length: > 0 } ? _user.Find(key) : null;

    /// <summary>Reads a section, and refuses wrong values in one line.</summary>
    public T Read<T>(Func<SettingsReader, T> read)
    {
        var reader = new SettingsReader(key => Configuration[key]);
        var section = read(reader);
        reader.ThrowIfInvalid();
        return section;
    }

    /// <summary>The environment variables that a service started with them needs; the sources that they come from are not its business.</summary>
    public IReadOnlyDictionary<string, string?> ToEnvironment() => new Dictionary<string, string?>(
        _overrides.Select(static setting => new KeyValuePair<string, string?>(VariableOf(setting.Key), setting.Value)))
    {
        [EnvFile.PathVariable] = "",
        [VariableOf(SettingsSources.TerraformKey)] = null,
    };

    /// <summary>The connection settings that are known, as environment variables. They hold secrets.</summary>
    public IEnumerable<KeyValuePair<string, string>> ConnectionVariables() =>
        from server in Connections()
        where server.Connection is not null
        from key in (string[])[server.Key, .. ServerSettings.ByConnectionString[server.Key]]
        let value = Configuration[key]
        where !string.IsNullOrEmpty(value)
        select new KeyValuePair<string, string>(VariableOf(key), SingleLine(value));

    /// <summary><c>Kafka:Topic</c> is <c>Kafka__Topic</c>.</summary>
    public static string VariableOf(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>PEM texts may be written so, see <see cref="Pem"/>.</summary>
    public static string SingleLine(string value) => value.ReplaceLineEndings("\\n");

    (string Key, Connection? Connection)[] Connections() =>
    [
        (ConnectionKey.Kafka, KafkaConnection), (ConnectionKey.Database, PostgresConnection),
        (ConnectionKey.Valkey, ValkeyConnection), (ConnectionKey.OpenSearch, OpenSearchConnection),
    ];

    static ClickstreamException NotUp(string what, string key) => new(ExitCode.Unavailable,
        $"{what} is not up; start it with: clickstream up --detach (or name a server in {VariableOf(key)})");
}
