using System.Globalization;
using Clickstream.Core.Errors;

namespace Clickstream.Local;

/// <summary>The parts that this process can host.</summary>
[Flags]
enum LocalParts
{
    None = 0,
    Kafka = 1,
    PostgreSql = 2,
    Valkey = 4,
    OpenSearch = 8,

    /// <summary>What runs when nothing is said: the search node is for those who ask for it.</summary>
    Default = Kafka | PostgreSql | Valkey,
}

/// <summary>What the command line asked for. A port of 0 means a free one of our choice.</summary>
sealed record LocalOptions
{
    public const string DataDirectoryVariable = "CLICKSTREAM_DATA_DIR";
    public const string DefaultDataDirectory = ".clickstream";
    public const string KafkaPortOption = "--kafka-port";
    public const string PostgreSqlPortOption = "--postgresql-port";
    public const string ValkeyPortOption = "--valkey-port";
    public const string OpenSearchPortOption = "--opensearch-port";

    public const string Usage = """
        Usage: Clickstream.Local [options]

        Runs a Kafka broker, PostgreSQL, a Valkey-compatible server and, if asked to, an OpenSearch-compatible search node
        on this machine, for this machine only.

          --data-dir DIR         where everything is kept (default: CLICKSTREAM_DATA_DIR, else .clickstream)
          --parts LIST           which of kafka,postgresql,valkey,opensearch to run (default: the first three)
          --kafka-port N         port of a part (default: a free one, written to DIR/state.json)
          --postgresql-port N
          --valkey-port N
          --opensearch-port N
          --exit-with-parent     stop when standard input ends, so that no parent leaves this process behind
          --verbose              more messages
          --help                 this text

        """;

    public required string DataDirectory { get; init; }

    public LocalParts Parts { get; init; } = LocalParts.Default;

    public int KafkaPort { get; init; }

    public int PostgreSqlPort { get; init; }

    public int ValkeyPort { get; init; }

    public int OpenSearchPort { get; init; }

    public bool ExitWithParent { get; init; }

    public bool Verbose { get; init; }

    public bool ShowHelp { get; init; }

    /// <exception cref="ClickstreamException">An argument is not understood.</exception>
    public static LocalOptions Parse(IReadOnlyList<string> args, Func<string, string?> environment, string currentDirectory)
    {
        var fromEnvironment = environment(DataDirectoryVariable);
        var options = new LocalOptions
        {
            DataDirectory = string.IsNullOrEmpty(fromEnvironment) ? DefaultDataDirectory : fromEnvironment,
        };

        for (var i = 0; i < args.Count; i++)
        {
            // Both "--option value" and "--option=value".
            var equals = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i].IndexOf('=', StringComparison.Ordinal) : -1;
            var name = equals < 0 ? args[i] : args[i][..equals];
            var inline = equals < 0 ? null : args[i][(equals + 1)..];
            string Value() => inline ?? (++i < args.Count ? args[i] : throw Bad($"{name} needs a value"));

            options = name switch
            {
                "--data-dir" => options with { DataDirectory = Value() },
                "--parts" => options with { Parts = ParseParts(Value()) },
                KafkaPortOption => options with { KafkaPort = ParsePort(name, Value()) },
                PostgreSqlPortOption => options with { PostgreSqlPort = ParsePort(name, Value()) },
                ValkeyPortOption => options with { ValkeyPort = ParsePort(name, Value()) },
                OpenSearchPortOption => options with { OpenSearchPort = ParsePort(name, Value()) },
                "--exit-with-parent" when inline is null => options with { ExitWithParent = true },
                "--verbose" when inline is null => options with { Verbose = true },
                "--help" or "-h" when inline is null => options with { ShowHelp = true },
                _ => throw Bad($"argument '{args[i]}' is not known; --help lists the options"),
            };
        }

        if (options.DataDirectory.Length == 0)
            throw Bad("--data-dir is empty; name a folder");

        return options with { DataDirectory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataDirectory, currentDirectory)) };
    }

    static LocalParts ParseParts(string list)
    {
        var parts = LocalParts.None;
        foreach (var name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            parts |= name.ToLowerInvariant() switch
            {
                PartName.Kafka => LocalParts.Kafka,
                PartName.PostgreSql => LocalParts.PostgreSql,
                PartName.Valkey => LocalParts.Valkey,
                PartName.OpenSearch => LocalParts.OpenSearch,
                _ => throw Bad($"--parts names '{name}'; allowed: kafka, postgresql, valkey, opensearch"),
            };
        }

        return parts == LocalParts.None ? throw Bad("--parts is empty; allowed: kafka, postgresql, valkey, opensearch") : parts;
    }

    static int ParsePort(string option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= 65535
            ? port
            : throw Bad($"{option} is '{text}'; allowed: 1 to 65535, or 0 for a free port");

    static ClickstreamException Bad(string message) => new(ExitCode.Usage, message);
}
