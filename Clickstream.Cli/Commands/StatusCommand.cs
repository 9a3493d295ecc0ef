using System.CommandLine;
using System.Globalization;
using Clickstream.Cli.Output;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;
using Spectre.Console;
using static System.FormattableString;

namespace Clickstream.Cli.Commands;

/// <summary><c>status</c>: what runs, how far it is, and what it holds.</summary>
sealed class StatusCommand : CliCommand
{
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object" };

    public StatusCommand()
        : base("status", "Show what runs, how far the consumers are behind, and what is stored") => Add(_json);

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var status = await StatusReader.ReadAsync(context);
        if (parsed.GetValue(_json))
            await context.Terminal.OutputWriter.WriteLineAsync(Json.Line(status, CliJson.Default.StatusJson));
        else
            Write(context.Terminal.Output, status);

        if (status.Kafka.Up || status.Postgresql.Up || status.Consumers.Count > 0)
            return ExitCode.Success;
        throw new ClickstreamException(ExitCode.Unavailable, "nothing is up; start it with: clickstream up --detach");
    }

    static void Write(IAnsiConsole console, StatusJson status)
    {
        var writer = console.Profile.Out.Writer;
        Services(status).Write(writer);
        if (status.Partitions is { } partitions)
            console.Write(Partitions(status, partitions));
        if (status.Events is not null)
            Counts(status).Write(writer);
        if (status.Opensearch is { } openSearch)
            OpenSearchStatusCommand.Lines(openSearch).Write(writer);
    }

    static NamedLines Services(StatusJson status)
    {
        var rows = new NamedLines();
        rows.Add("Data folder", status.DataDir);
        rows.Add("Infrastructure", status.Infrastructure is { } infrastructure
            ? Invariant($"up since {infrastructure.StartedAt.ToLocalTime():yyyy-MM-dd HH:mm:ss}, pid {infrastructure.Pid}")
            : null);
        rows.Add("Kafka", Describe(status.Kafka));
        rows.Add("PostgreSQL", Describe(status.Postgresql));
        rows.Add("Valkey", status.Valkey is { } valkey ? Describe(valkey) : null);
        rows.Add("Consumer", status.Consumers.Count == 0 ? "none started on this machine" : null);
        foreach (var consumer in status.Consumers)
            rows.Add("Consumer", $"{(consumer.Healthy ? "up" : "running, not ready")}, pid {consumer.Pid}, {consumer.Url}/health");
        return rows;
    }

    static Table Partitions(StatusJson status, IReadOnlyList<PartitionJson> partitions)
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = true };
        table.AddColumn(new TableColumn(Markup.Escape(status.Topic)));
        foreach (var title in (string[])["log start", "log end", "stored to", "lag"])
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (var partition in partitions)
        {
            table.AddRow(
                $"partition {partition.Partition}",
                Number(partition.StartOffset), Number(partition.EndOffset), Number(partition.StoredOffset), Number(partition.Lag));
        }
        table.AddRow("total", "", "", "", Number(status.Lag));
        return table;
    }

    static NamedLines Counts(StatusJson status)
    {
        var rows = new NamedLines();
        rows.Add("Events", Number(status.Events));
        rows.Add("Sessions", Number(status.Sessions));
        rows.Add("Dead letters", Number(status.DeadLetters));
        rows.Add("Lost ranges", status.LostRanges == 0
            ? "0"
            : $"{Number(status.LostRanges)} ({Number(status.LostRecords)} records that retention deleted before they were read)");
        rows.Add("", status.Estimated ? "(some are the planner's estimates: counting took too long)" : null);
        return rows;
    }

    /// <summary>Whether and where a server is up, or why not.</summary>
    internal static string Describe(ServerJson server) =>
        server.Up ? $"up, {server.Address}{Origin(server.Source)}"
        : server.Address is null ? $"down: {server.Problem}"
        : $"down, {server.Address}: {server.Problem}";

    static string Origin(string? source) => source is null || source == SourceNames.Of(SettingSource.Embedded) ? ""
        : source == SourceNames.Of(SettingSource.Environment) ? " (from the environment)"
        : $" (from {source})";

    static string Number(long? number) => number is { } value ? value.ToString("N0", CultureInfo.InvariantCulture) : "-";
}
