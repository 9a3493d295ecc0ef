using System.CommandLine;
using System.Globalization;
using Clickstream.Cli.Output;
using Clickstream.Cli.Search;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Commands;

/// <summary><c>opensearch status</c>: the cluster, the indices, and how far the indexer is.</summary>
sealed class OpenSearchStatusCommand : CliCommand
{
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object" };

    public OpenSearchStatusCommand()
        : base("status", "Show the cluster, what is indexed, and how far the indexer is behind") => Add(_json);

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = await PipelineSettings.LoadAsync(context);
        settings.RequireOpenSearch();
        await using var clients = new Clients(settings);
        var status = (await IndexStatus.ReadAsync(context.Folder, settings, clients, context.Stop))!;
        if (parsed.GetValue(_json))
            await context.Terminal.OutputWriter.WriteLineAsync(Json.Line(status, CliJson.Default.IndexJson));
        else
            Lines(status).Write(context.Terminal.OutputWriter);
        return status.Server.Up
            ? ExitCode.Success
            : throw new ClickstreamException(ExitCode.Unavailable, $"OpenSearch at {status.Server.Address} is not up: {status.Server.Problem}");
    }

    /// <summary>The lines of it, for <c>status</c> as well.</summary>
    internal static NamedLines Lines(IndexJson status)
    {
        var rows = new NamedLines();
        rows.Add("OpenSearch", StatusCommand.Describe(status.Server));
        rows.Add("Indexer", status.Indexer is { } indexer
            ? $"{(indexer.Healthy ? "up" : "running, not ready")}, pid {indexer.Pid}, {indexer.Url}/health"
            : "none started on this machine");
        if (!status.Server.Up)
            return rows;
        rows.Add("Indexed", $"{Number(status.Events)} events, {Number(status.Sessions)} sessions, {Number(status.DeadLetters)} dead letters");
        rows.Add("To be indexed", $"{Number(status.Lag)} records, sessions of {Number(status.SessionChanges)} batches");
        return rows;
    }

    static string Number(long? number) => number is { } value ? value.ToString("N0", CultureInfo.InvariantCulture) : "-";
}
