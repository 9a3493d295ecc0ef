using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.Local;
using Microsoft.Extensions.Configuration;

namespace Clickstream.Cli.Settings;

/// <summary>Where a connection string comes from.</summary>
enum Source
{
    /// <summary>An environment variable that the user has set.</summary>
    Environment,

    /// <summary>The infrastructure that runs in the data folder.</summary>
    Embedded,
}

/// <summary>A connection string and where it comes from.</summary>
sealed record Connection(string Text, Source Source)
{
    /// <summary>The source in the output of commands.</summary>
    public string SourceName => Source == Source.Embedded ? "embedded" : "environment";
}

/// <summary>
/// The settings that the commands work with and hand on to the services: environment variables first, then what runs in the data folder.
/// </summary>
sealed class PipelineSettings
{
    const string Kafka = "kafka";
    const string Database = "clickstream";
    const string Valkey = "valkey";
    const string OpenSearch = "opensearch";
    const string OpenSearchSwitch = "OpenSearch:Enabled";

    /// <summary>Settings about other servers than the embedded ones, which speak no TLS.</summary>
    static readonly string[] s_kafkaTls = ["Kafka:SecurityProtocol", "Kafka:SslCaPem", "Kafka:SslCertificatePem", "Kafka:SslKeyPem"];
    static readonly string[] s_postgresTls = ["Postgres:SslCaPem"];
    static readonly string[] s_openSearchTls = ["OpenSearch:SslCaPem"];

    readonly IReadOnlyDictionary<string, string?> _overrides;

    PipelineSettings(IConfiguration environment, LocalState? state, IReadOnlyDictionary<string, string?> overrides, bool isEmbeddedOnly)
    {
        KafkaConnection = Choose(Kafka, state?.Kafka?.BootstrapServers);
        PostgresConnection = Choose(Database, state?.PostgreSql?.ConnectionString);
        ValkeyConnection = Choose(Valkey, state?.Valkey?.ConnectionString);
        OpenSearchConnection = Choose(OpenSearch, state?.OpenSearch?.Uri);

        var all = new Dictionary<string, string?>(overrides)
        {
            [KeyOf(Kafka)] = KafkaConnection?.Text,
            [KeyOf(Database)] = PostgresConnection?.Text,
            [KeyOf(Valkey)] = ValkeyConnection?.Text,
            [KeyOf(OpenSearch)] = OpenSearchConnection?.Text,
        };
        foreach (var key in TlsOfOthers())
            all[key] = null;
        _overrides = all;
        Configuration = new ConfigurationBuilder().AddConfiguration(environment).AddInMemoryCollection(all).Build();

        IEnumerable<string> TlsOfOthers() =>
        [
            .. KafkaConnection is { Source: Source.Embedded } ? s_kafkaTls : [],
            .. PostgresConnection is { Source: Source.Embedded } ? s_postgresTls : [],
            .. OpenSearchConnection is { Source: Source.Embedded } ? s_openSearchTls : [],
        ];

        Connection? Choose(string name, string? embedded) =>
            !isEmbeddedOnly && environment.GetConnectionString(name) is { Length: > 0 } text ? new(text, Source.Environment)
            : embedded is not null ? new(embedded, Source.Embedded)
            : null;
    }

    /// <summary>All settings, by the keys of the configuration contract.</summary>
    public IConfiguration Configuration { get; }

    public Connection? KafkaConnection { get; }

    public Connection? PostgresConnection { get; }

    public Connection? ValkeyConnection { get; }

    /// <summary>Where OpenSearch is; its text may hold a password.</summary>
    public Connection? OpenSearchConnection { get; }

    /// <summary>Whether the user's environment has OpenSearch switched on.</summary>
    public static bool IsOpenSearchEnabled()
    {
        var environment = Environment();
        var reader = new SettingsReader(key => environment[key]);
        var isEnabled = reader.Flag(OpenSearchSwitch, false);
        reader.ThrowIfInvalid();
        return isEnabled;
    }

    /// <summary>The settings of a user's command.</summary>
    public static PipelineSettings Load(DataDirectory folder) => Load(folder, new Dictionary<string, string?>());

    /// <summary>The settings of a user's command, some of which the command decides itself.</summary>
    public static PipelineSettings Load(DataDirectory folder, IReadOnlyDictionary<string, string?> overrides) =>
        new(Environment(), LocalState.Load(folder.Path), overrides, isEmbeddedOnly: false);

    /// <summary>Settings for the embedded infrastructure alone, whatever servers the environment names.</summary>
    public static PipelineSettings Embedded(LocalState state, IReadOnlyDictionary<string, string?> overrides) =>
        new(Environment(), state, overrides, isEmbeddedOnly: true);

    /// <summary>The parts that no environment variable names a server for.</summary>
    /// <param name="withOpenSearch">OpenSearch is wanted, too.</param>
    public static IReadOnlyList<string> MissingParts(bool withOpenSearch = false)
    {
        var environment = Environment();
        // Nothing works without the first two; where both are elsewhere, nothing embedded is wanted.
        string[] missing = [.. new[] { (Kafka, PartName.Kafka), (Database, PartName.PostgreSql) }
            .Where(part => environment.GetConnectionString(part.Item1) is not { Length: > 0 }).Select(static part => part.Item2)];
        if (missing.Length > 0 && environment.GetConnectionString(Valkey) is not { Length: > 0 })
            missing = [.. missing, PartName.Valkey];
        return withOpenSearch && environment.GetConnectionString(OpenSearch) is not { Length: > 0 } ? [.. missing, PartName.OpenSearch] : missing;
    }

    /// <exception cref="ClickstreamException">It is not known.</exception>
    public string RequireKafka() => KafkaConnection?.Text ?? throw NotUp("Kafka", Kafka);

    /// <exception cref="ClickstreamException">It is not known.</exception>
    public string RequirePostgres() => PostgresConnection?.Text ?? throw NotUp("PostgreSQL", Database);

    /// <exception cref="ClickstreamException">It is not known.</exception>
    public void RequireOpenSearch()
    {
        if (OpenSearchConnection is null)
        {
            throw new ClickstreamException(ExitCode.Unavailable,
                $"OpenSearch is not up; start it with: clickstream up --opensearch --detach (or name a server in ConnectionStrings__{OpenSearch})");
        }
    }

    /// <summary>Reads a section, and refuses wrong values in one line.</summary>
    public T Read<T>(Func<SettingsReader, T> read)
    {
        var reader = new SettingsReader(key => Configuration[key]);
        var section = read(reader);
        reader.ThrowIfInvalid();
        return section;
    }

    /// <summary>The environment variables that a service started with them needs.</summary>
    public IReadOnlyDictionary<string, string?> ToEnvironment() =>
        _overrides.ToDictionary(static setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), static setting => setting.Value);

    /// <summary>The connection settings that are known, as environment variables.</summary>
    public IEnumerable<(string Name, string Value)> ConnectionVariables() =>
        from setting in new (string Name, Connection? Connection)[] { (Kafka, KafkaConnection), (Database, PostgresConnection), (Valkey, ValkeyConnection), (OpenSearch, OpenSearchConnection) }
        where setting.Connection is not null
        select ($"ConnectionStrings__{setting.Name}", setting.Connection.Text);

    static string KeyOf(string name) => $"ConnectionStrings:{name}";

    static IConfiguration Environment() => new ConfigurationBuilder().AddEnvironmentVariables().Build();

    static ClickstreamException NotUp(string what, string name) => new(ExitCode.Unavailable,
        $"{what} is not up; start it with: clickstream up --detach (or name a server in ConnectionStrings__{name})");
}
