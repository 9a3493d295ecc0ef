using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Clickstream.Core.Errors;
using Clickstream.Local;

namespace Clickstream.Cli.Commands;

/// <summary><c>--kafka-port</c> and the others: the ports of the embedded servers, for who wants to know them beforehand.</summary>
sealed class PortOptions
{
    /// <summary>One a server.</summary>
    public Option<int?>[] All { get; } =
    [
        Make(LocalOptions.KafkaPortOption, "Kafka"), Make(LocalOptions.PostgreSqlPortOption, "PostgreSQL"),
        Make(LocalOptions.ValkeyPortOption, "Valkey"), Make(LocalOptions.OpenSearchPortOption, "OpenSearch"),
    ];

    /// <summary>Those that were given, for the infrastructure's command line.</summary>
    public string[] Arguments(ParseResult parsed) =>
        [.. All.Where(port => parsed.GetValue(port) is not null).Select(port => string.Create(CultureInfo.InvariantCulture, $"{port.Name}={parsed.GetValue(port)}"))];

    /// <summary>Servers that run keep their ports.</summary>
    /// <exception cref="ClickstreamException">One was given that a running server does not have.</exception>
    public void ThrowIfOthersAreInUse(ParseResult parsed, DataDirectory folder)
    {
        if (LocalState.Load(folder.Path) is not { } state)
            return;
        string?[] addresses = [state.Kafka?.BootstrapServers, state.PostgreSql is { } postgres ? $":{postgres.Port}" : null, state.Valkey?.ConnectionString, state.OpenSearch?.Uri];
        foreach (var (option, address) in All.Zip(addresses))
        {
            if (address is not null && parsed.GetValue(option) is { } port && !Regex.IsMatch(address, $@":{port}(?!\d)"))
            {
                throw new ClickstreamException(ExitCode.DataFolder,
                    $"{option.Name} is {port}, but what runs in data folder {folder.Path} has another port; stop it with: clickstream down");
            }
        }
    }

    static Option<int?> Make(string name, string server)
    {
        var port = new Option<int?>(name) { Description = $"Port of {server}, where it is started here (default: a free one)", HelpName = "N" };
        port.Validators.Add(NumberRange.Between(1, IPEndPoint.MaxPort));
        return port;
    }
}
