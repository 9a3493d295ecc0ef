using System.CommandLine;
using Clickstream.Cli.Checks;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Commands;

/// <summary><c>config check</c>: connects to every service as the pipeline does, and says what it found, a line each.</summary>
sealed class ConfigCheckCommand : CliCommand
{
    public ConfigCheckCommand()
        : base("check", "Connect to each service: certificates, passwords, topic, schema, clocks")
    {
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = await PipelineSettings.LoadAsync(context);
        await using var clients = new Clients(settings);
        Task<IReadOnlyList<CheckLine>>[] checks =
        [
            Check.RunAsync("Kafka", lines => KafkaCheck.RunAsync(settings, clients, lines, context.Stop), context.Stop),
            Check.RunAsync("PostgreSQL", lines => PostgresCheck.RunAsync(settings, clients, lines, context.Stop), context.Stop),
            Check.RunAsync("Valkey", lines => ValkeyCheck.RunAsync(settings, clients, lines, context.Stop), context.Stop),
            Check.RunAsync("OpenSearch", lines => OpenSearchCheck.RunAsync(settings, clients, lines, context.Stop), context.Stop),
        ];
        var result = ExitCode.Success;
        // All at the same time, said in their order.
        foreach (var check in checks)
        {
            foreach (var line in await check)
            {
                await context.Terminal.OutputWriter.WriteLineAsync(line.ToString());
                if (line.Kind == CheckKind.Broken)
                    result = ExitCode.Internal;
                else if (line.Kind == CheckKind.Failed && result == ExitCode.Success)
                    result = ExitCode.CheckFailed;
            }
        }
        return result;
    }
}
